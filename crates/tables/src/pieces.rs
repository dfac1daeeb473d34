//! Bytes that arrive in blocks from a thread, seen as one text that is read from its beginning.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use crate::unpack::unpacked;

const BLOCK: usize = 256 << 10;
/// How many blocks may wait.
const WAITING: usize = 4;

/// What was read and is not used yet.
pub(crate) struct Pieces {
    blocks: Receiver<io::Result<Vec<u8>>>,
    /// Blocks that were used, for the thread to fill again.
    spent: Sender<Vec<u8>>,
    held: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Pieces {
    /// Starts to unpack and read.
    pub(crate) fn new(input: impl Read + Send + 'static) -> Pieces {
        let (full, blocks) = sync_channel(WAITING);
        let (spent, empty) = channel();
        thread::spawn(move || {
            if let Err(error) = send_blocks(input, &full, &empty) {
                // Where nobody listens any more, the reading has ended.
                let _ = full.send(Err(error));
            }
        });
        Pieces { blocks, spent, held: Vec::new(), at: 0, ended: false }
    }

    /// What is there of what is left.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.held[self.at..]
    }

    /// Whether [`Pieces::rest`] is all that is left.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Leaves bytes behind.
    pub(crate) fn advance(&mut self, count: usize) {
        self.at += count;
    }

    /// Fetches more.
    pub(crate) fn fetch(&mut self) -> io::Result<()> {
        match self.blocks.recv() {
            Ok(Ok(block)) if self.at == self.held.len() => {
                // Nothing is left of the last block: the new one takes its place.
                self.at = 0;
                let spent = std::mem::replace(&mut self.held, block);
                let _ = self.spent.send(spent);
            }
            Ok(Ok(block)) => {
                self.held.drain(..self.at);
                self.at = 0;
                self.held.extend_from_slice(&block);
                let _ = self.spent.send(block);
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => self.ended = true,
        }
        Ok(())
    }

    /// Fetches until so many bytes are there, or all.
    pub(crate) fn fetch_to(&mut self, count: usize) -> io::Result<()> {
        while self.rest().len() < count && !self.ended {
            self.fetch()?;
        }
        Ok(())
    }

    /// Leaves the rest of the line behind, however long it is.
    pub(crate) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.rest()) {
                self.advance(end + 1);
                return Ok(());
            }
            self.advance(self.rest().len());
            if self.ended {
                return Ok(());
            }
            self.fetch()?;
        }
    }
}

/// Sends blocks until nothing is left or nobody listens.
fn send_blocks(
    input: impl Read + Send + 'static,
    full: &SyncSender<io::Result<Vec<u8>>>,
    empty: &Receiver<Vec<u8>>,
) -> io::Result<()> {
    let mut input = unpacked(input)?;
    loop {
        let mut block = empty.try_recv().unwrap_or_default();
        block.clear();
        block.reserve_exact(BLOCK);
        if input.by_ref().take(BLOCK as u64).read_to_end(&mut block)? == 0 || full.send(Ok(block)).is_err() {
            return Ok(());
        }
    }
}
