//! Whether a terminal shows links (OSC 8). None says so when asked, and those that do not may print the address, so
//! only terminals known to are trusted.

/// Whether to write links, by the variables of the environment; only asked where standard output is a terminal.
pub(crate) fn shown(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let term = set("TERM").unwrap_or_default();
    if set("NO_COLOR").is_some() || term == "dumb" {
        return false;
    }
    if let Some(forced) = set("FORCE_HYPERLINK") {
        return forced != "0";
    }
    // Terminals inside terminals pass on what they know, and build servers show no links.
    if set("CI").is_some() || set("TMUX").is_some() || term.starts_with("screen") {
        return false;
    }
    let program = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"];
    let kind = ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm"];
    set("TERM_PROGRAM").is_some_and(|name| program.contains(&name.as_str()))
        || kind.iter().any(|name| term.starts_with(name))
        || ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"].iter().any(|name| set(name).is_some())
        // Terminals by VTE: GNOME's and others, from 0.50 on.
        || set("VTE_VERSION").and_then(|v| v.parse::<u32>().ok()).is_some_and(|version| version >= 5000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_for_terminals_that_show_them() {
        for (variables, expected) in [
            (&[("TERM", "xterm-256color")][..], false),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "6003")], true),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "4602")], false),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], false),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "")], true),
            (&[("TERM", "dumb"), ("FORCE_HYPERLINK", "1")], false),
            (&[("TERM", "xterm"), ("FORCE_HYPERLINK", "1")], true),
            (&[("TERM", "xterm-kitty"), ("FORCE_HYPERLINK", "0")], false),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "vscode")], true),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "vscode"), ("CI", "true")], false),
            (&[("TERM", "tmux-256color"), ("TMUX", "/tmp/x"), ("WT_SESSION", "1")], false),
        ] {
            let variable =
                |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(shown(variable), expected, "{variables:?}");
        }
    }
}
