// The page's own script: views, table, panel, reader, keys. Data comes from the blocks of JSON in the page and reaches it
// as text of nodes only.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const $ = (id) => document.getElementById(id);
  const block = (id) => { const at = $(id); return at ? JSON.parse(at.textContent) : null; };

  /** A node with attributes, properties (`on…` are listeners) and children, which are nodes or text. */
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  };
  const foreign = (text) => make("bdi", {}, text);
  const count = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

  const data = block("data");
  const { texts, verdicts, rows, docs } = data;
  const size = rows.id.length;
  const rowAt = new Map(rows.id.map((id, i) => [id, i]));
  const docAt = new Map(docs.id.map((id, i) => [id, i]));
  const opened = new Map();
  /** A document's claims and text, read from its block when first asked for. */
  const documentAt = (i) => {
    if (!opened.has(i)) {
      if (opened.size > 200) opened.delete(opened.keys().next().value);
      opened.set(i, block(`data-${i}`));
    }
    return opened.get(i);
  };
  const verdictTag = (row) => {
    const [name, sign, word] = verdicts[rows.verdict[row]];
    return make("span", { class: `tag ${name}` }, make("span", { "aria-hidden": "true" }, `${sign} `), word);
  };
  const metric = (row) => texts[rows.metric[row]] + (texts[rows.detail[row]] ? `, ${texts[rows.detail[row]]}` : "");
  const shownValue = (row) => rows.values[row].slice(0, 3).join(" against ") + (rows.values[row].length > 3 ? " …" : "");
  const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 20 });
  /** A decimal text with groups; no digit is lost, for it is no number in between. */
  const number = (text) => text === null ? "…" : grouped.format(text);
  const say = (text) => { $("said").textContent = text; };

  // Views

  const views = [...document.querySelectorAll("main > section")];
  const tabs = [...document.querySelectorAll(".top [data-view]")];
  const show = (name) => {
    for (const view of views) view.hidden = view.id !== name;
    for (const tab of tabs) {
      if (tab.dataset.view === name) {
        tab.setAttribute("aria-current", "page");
        const nav = tab.closest("nav");
        nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - 60;
      } else tab.removeAttribute("aria-current");
    }
    if (name === "figures") browser.open();
  };
  const here = (node) => {
    for (const old of document.querySelectorAll(".here")) old.classList.remove("here");
    if (node) node.classList.add("here");
  };

  /** The document in which a claim stands, which only its block tells. */
  const docOfClaim = (anchor) => {
    const needle = JSON.stringify(anchor);
    for (let i = 0; i < docs.id.length; i++) {
      const at = $(`data-${i}`);
      if (at && at.textContent.includes(needle)) return i;
    }
    return -1;
  };

  const route = () => {
    let target;
    try { target = decodeURIComponent(location.hash.slice(1)); } catch { target = ""; }
    if (!target) target = "overview";
    if (views.some((view) => view.id === target)) {
      here(null);
      show(target);
      if (target === "documents") shelf.open(shelf.current < 0 ? 0 : shelf.current, false);
      scrollTo(0, 0);
      return;
    }
    if (rowAt.has(target)) {
      show("figures");
      browser.reveal(rowAt.get(target));
      panel.row(rowAt.get(target));
      return;
    }
    const doc = docAt.has(target) ? docAt.get(target) : target.startsWith("claim-") ? docOfClaim(target) : -1;
    if (doc >= 0) {
      show("documents");
      shelf.open(doc, true);
      const at = $(target);
      if (target.startsWith("claim-")) {
        here(at);
        const claims = documentAt(doc).claims;
        const claim = claims.findIndex((c) => c[0] === target);
        panel.claim(doc, claim);
      } else here(null);
      if (at) { at.scrollIntoView({ block: target.startsWith("claim-") ? "center" : "start" }); at.focus({ preventScroll: true }); }
      return;
    }
    const at = $(target);
    if (at) for (let up = at.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    const view = at && at.closest("main > section");
    if (!view) { show("overview"); if (target !== "main") say("That is not in this report."); return; }
    show(view.id);
    here(at);
    at.scrollIntoView({ block: "start" });
    at.focus({ preventScroll: true });
  };

  // The figure chosen

  const panel = (() => {
    const node = $("panel");
    const close = () => { node.hidden = true; };
    const start = () => {
      node.replaceChildren(make("button", { class: "close", type: "button", "aria-label": "Close", onclick: close }, "×"));
      node.hidden = false;
      node.scrollTop = 0;
    };
    const row = (i, chosen) => {
      start();
      const [low, high] = [rows.low[i], rows.high[i]];
      const [claims, documents, origins] = rows.counts[i];
      node.append(
        make("h2", {}, foreign(`${texts[rows.entity[i]]} ${metric(i)}`)),
        make("p", { class: "muted" }, texts[rows.period[i]]),
        make("p", { class: "value" }, rows.values[i][0]),
        make("p", {}, verdictTag(i), `, confidence ${rows.confidence[i] / 1000}; ${count(claims, "claim")}, ${count(documents, "document")}, ${count(origins, "origin")}`),
      );
      if (low !== high) node.append(make("p", { class: "small muted" }, `leaves room for ${number(low)} to ${number(high)} ${texts[rows.unit[i]]}`));
      if (rows.note[i]) node.append(make("p", { class: "small" }, foreign(rows.note[i])));
      for (const [anchor, severity] of rows.conflicts[i] || []) {
        node.append(make("p", { class: severity }, make("a", { href: `#${anchor}` }, severity === "note" ? "A note on it" : "The conflict about it")));
      }
      const sides = new Map();
      for (let at = 0; at < rows.claims[i].length; at += 3) {
        const side = rows.claims[i][at + 2];
        if (!sides.has(side)) sides.set(side, []);
        sides.get(side).push([rows.claims[i][at], rows.claims[i][at + 1]]);
      }
      for (const [side, members] of [...sides].sort((a, b) => a[0] - b[0])) {
        const told = rows.values[i].length === sides.size ? rows.values[i][side] : `side ${side + 1}`;
        const title = sides.size === 1 ? "Read from" : side === 0 ? `For ${told}` : `Against it: ${told}`;
        const list = make("ul");
        for (const [doc, place] of members.slice(0, 200)) {
          const claim = documentAt(doc).claims[place];
          const mine = chosen === claim[0];
          list.append(make("li", { class: mine ? "here" : null },
            make("a", { href: `#${claim[0]}`, "aria-current": mine ? "true" : null }, foreign(docs.name[doc])),
            make("br"), foreign(`“${claim[1] || claim[2]}”`), " ", make("span", { class: "muted" }, claim[2])));
        }
        node.append(make("h3", {}, title), list);
        if (members.length > 200) node.append(make("p", { class: "muted" }, `and ${members.length - 200} more`));
      }
      for (const [text, target] of rows.related[i] || []) {
        node.append(make("p", { class: "small" }, foreign(text), target === null ? "" : " ", target === null ? "" : make("a", { href: `#${rows.id[target]}` }, "its row")));
      }
      if (chosen) node.append(make("p", {}, make("a", { href: `#${rows.id[i]}` }, "Back to its row in the table")));
    };
    const claim = (doc, place) => {
      if (place < 0) return;
      const found = documentAt(doc).claims[place];
      if (found[3] !== null) { row(found[3], found[0]); return; }
      start();
      node.append(make("h2", {}, foreign(found[4])), make("p", { class: "value" }, found[2]),
        make("p", {}, foreign(`“${found[1]}”`)), make("p", { class: "muted" }, "Not compared with anything."));
    };
    return { row, claim, close, get isOpen() { return !node.hidden; } };
  })();

  // The table of figures

  const browser = (() => {
    const AHEAD = 12;
    const SHOWN = 8;
    const facets = [
      { name: "Verdict", of: (i) => rows.verdict[i], label: (v) => verdicts[v][2] },
      { name: "Of", of: (i) => rows.entity[i], label: (v) => texts[v] },
      { name: "Figure", of: (i) => rows.metric[i], label: (v) => texts[v] },
      { name: "Time", of: (i) => rows.period[i], label: (v) => texts[v] },
      { name: "Source", many: docs.source, label: (v) => texts[v] || "not said" },
      { name: "Language", many: docs.lang, label: (v) => texts[v] || "not said" },
    ];
    const columns = [
      { name: "Of", key: (i) => texts[rows.entity[i]].toLowerCase(), class: "c-of" },
      { name: "Figure", key: (i) => metric(i).toLowerCase(), class: "c-figure" },
      { name: "Time", key: (i) => texts[rows.period[i]], class: "c-time" },
      { name: "Value", key: (i) => Number(rows.value[i] ?? "NaN"), class: "c-value number" },
      { name: "Verdict", key: (i) => rows.verdict[i], class: "c-verdict" },
      { name: "Claims", key: (i) => rows.counts[i][0], class: "c-n c-less number" },
      { name: "Docs", key: (i) => rows.counts[i][1], class: "c-n c-less number" },
      { name: "Origins", key: (i) => rows.counts[i][2], class: "c-n c-less number" },
      { name: "Confidence", key: (i) => rows.confidence[i], class: "c-conf number" },
    ];
    let built = false;
    let order = [];
    let sorted = { column: 4, down: false };
    let hay = null;
    let chosen = -1;
    /** Of a row, in pixels, as the style has it for this width. */
    let height = 35;
    const ui = {};

    /** Distinct values of a facet for a row, as numbers. */
    const valuesOf = (facet, i) => {
      if (!facet.many) return [facet.of(i)];
      const found = new Set();
      const claims = rows.claims[i];
      for (let at = 0; at < claims.length; at += 3) found.add(facet.many[claims[at]]);
      return [...found];
    };

    const wordsOf = () => {
      if (!hay) {
        hay = new Array(size);
        for (let i = 0; i < size; i++) hay[i] = `${texts[rows.entity[i]]} ${metric(i)} ${texts[rows.period[i]]} ${rows.values[i].join(" ")}`.toLowerCase();
      }
      return hay;
    };

    const compute = () => {
      const words = ui.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const texts = words.length ? wordsOf() : null;
      const counts = facets.map(() => new Map());
      const found = [];
      for (let i = 0; i < size; i++) {
        if (texts && !words.every((word) => texts[i].includes(word))) continue;
        let failed = -1;
        let fails = 0;
        for (let f = 0; f < facets.length && fails < 2; f++) {
          const facet = facets[f];
          if (facet.chosen.size && !facet.values[i].some((v) => facet.chosen.has(v))) { failed = f; fails++; }
        }
        if (fails === 0) found.push(i);
        if (fails > 1) continue;
        // A facet counts what its own choice leaves out, so that more can be chosen.
        for (let f = 0; f < facets.length; f++) {
          if (fails === 1 && f !== failed) continue;
          for (const v of facets[f].values[i]) counts[f].set(v, (counts[f].get(v) || 0) + 1);
        }
      }
      order = found;
      facets.forEach((facet, f) => { facet.counts = counts[f]; });
    };

    const sort = () => {
      const { column, down } = sorted;
      const keys = new Map(order.map((i) => [i, columns[column].key(i)]));
      const sign = down ? -1 : 1;
      order.sort((a, b) => {
        const [x, y] = [keys.get(a), keys.get(b)];
        if (x !== x || y !== y) return (x !== x) - (y !== y);
        return (x < y ? -sign : x > y ? sign : 0) || a - b;
      });
      ui.heads.forEach((head, c) => {
        if (c === column) head.setAttribute("aria-sort", down ? "descending" : "ascending"); else head.removeAttribute("aria-sort");
        head.querySelector("span").textContent = c === column ? (down ? " ↓" : " ↑") : "";
      });
    };

    const rowNode = (i, at) => {
      const link = make("a", { href: `#${rows.id[i]}` }, foreign(texts[rows.entity[i]]));
      const [claims, documents, origins] = rows.counts[i];
      return make("tr", { "aria-rowindex": at + 2, class: i === chosen ? "here" : null, onclick: () => choose(i) },
        make("th", { scope: "row" }, link), make("td", { class: "c-figure", title: metric(i) }, foreign(metric(i))),
        make("td", { class: "c-time" }, texts[rows.period[i]]),
        make("td", { class: "c-value number", title: rows.values[i].join(" against ") }, shownValue(i)),
        make("td", { class: "c-verdict" }, verdictTag(i)),
        make("td", { class: "number c-less" }, claims), make("td", { class: "number c-less" }, documents), make("td", { class: "number c-less" }, origins),
        make("td", { class: "number c-conf" }, (rows.confidence[i] / 1000).toFixed(3)));
    };

    const draw = () => {
      height = parseInt(getComputedStyle(ui.table).getPropertyValue("--row"), 10) || height;
      const top = ui.box.scrollTop;
      const from = Math.max(0, Math.floor(top / height) - AHEAD);
      const to = Math.min(order.length, Math.ceil((top + ui.box.clientHeight) / height) + AHEAD);
      const gap = (n) => {
        const cell = make("td", { colspan: columns.length });
        cell.style.height = `${n * height}px`;
        return make("tr", { class: "gap", "aria-hidden": "true" }, cell);
      };
      const focused = document.activeElement && ui.body.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      const nodes = [];
      if (from > 0) nodes.push(gap(from));
      for (let at = from; at < to; at++) nodes.push(rowNode(order[at], at));
      if (to < order.length) nodes.push(gap(order.length - to));
      ui.body.replaceChildren(...nodes);
      if (focused) ui.body.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    };

    const drawFacets = () => {
      facets.forEach((facet) => {
        const entries = [...facet.counts.entries()].sort((a, b) =>
          facet.chosen.has(b[0]) - facet.chosen.has(a[0]) || b[1] - a[1] || (facet.label(a[0]) < facet.label(b[0]) ? -1 : 1));
        const least = facet.all ? 300 : SHOWN;
        const labels = entries.slice(0, least).map(([value, n]) => {
          const box = make("input", { type: "checkbox", onchange: (event) => {
            if (event.target.checked) facet.chosen.add(value); else facet.chosen.delete(value);
            update();
            ui.facets.querySelector(`[data-facet="${CSS.escape(`${facet.name} ${value}`)}"]`)?.focus();
          }, "data-facet": `${facet.name} ${value}` });
          box.checked = facet.chosen.has(value);
          return make("label", {}, box, make("span", {}, foreign(facet.label(value))), make("span", { class: "n" }, n.toLocaleString("en")));
        });
        const more = entries.length > SHOWN ? make("button", { type: "button", onclick: () => { facet.all = !facet.all; drawFacets(); } },
          facet.all ? "fewer" : `${entries.length - SHOWN} more`) : null;
        facet.node.replaceChildren(make("legend", {}, facet.name), ...labels, ...(more ? [more] : []));
      });
    };

    const update = () => {
      compute();
      sort();
      ui.box.scrollTop = 0;
      draw();
      drawFacets();
      const told = order.length === size ? count(size, "figure") : `${order.length.toLocaleString("en")} of ${count(size, "figure")}`;
      ui.told.textContent = told;
      ui.table.setAttribute("aria-rowcount", order.length + 1);
      ui.reset.hidden = !ui.search.value && facets.every((facet) => !facet.chosen.size);
    };

    const choose = (i) => { chosen = i; if (location.hash !== `#${rows.id[i]}`) location.hash = rows.id[i]; else panel.row(i); };

    const reset = () => { ui.search.value = ""; facets.forEach((facet) => facet.chosen.clear()); update(); };

    const copy = async () => {
      // What a spreadsheet would take for a formula is made text of; numbers stay numbers.
      const cell = (text) => {
        const plain = /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
        return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
      };
      const lines = ["entity,figure,time,unit,verdict,value,low,high,values,confidence,claims,documents,origins"];
      for (const i of order) {
        const words = [texts[rows.entity[i]], metric(i), texts[rows.period[i]], texts[rows.unit[i]], verdicts[rows.verdict[i]][2]].map(cell);
        const numbers = [rows.value[i] ?? "", rows.low[i] ?? "", rows.high[i] ?? "", cell(rows.values[i].join(" | ")), rows.confidence[i] / 1000, ...rows.counts[i]];
        lines.push([...words, ...numbers].join(","));
      }
      const text = `${lines.join("\n")}\n`;
      try {
        await navigator.clipboard.writeText(text);
        ui.told.textContent = `${count(order.length, "row")} copied`;
      } catch {
        const area = make("textarea", { readonly: true, "aria-label": "Rows as CSV" });
        area.value = text;
        const dialog = make("dialog", {}, make("p", {}, "The clipboard is closed to this page; copy from here."), area,
          make("p", {}, make("button", { type: "button", onclick: () => { dialog.close(); dialog.remove(); } }, "Close")));
        document.body.append(dialog);
        dialog.showModal();
        area.select();
      }
    };

    const open = () => {
      if (built) return;
      built = true;
      for (const facet of facets) {
        facet.chosen = new Set();
        facet.all = false;
        facet.values = new Array(size);
        for (let i = 0; i < size; i++) facet.values[i] = valuesOf(facet, i);
        facet.node = make("fieldset");
      }
      ui.search = make("input", { type: "search", id: "search", placeholder: "Search figures", "aria-label": "Search figures" });
      let waiting = 0;
      ui.search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(update, 80); });
      ui.told = make("p", { role: "status" });
      ui.reset = make("button", { type: "button", onclick: reset }, "Show all");
      ui.heads = columns.map((column, c) => make("th", { scope: "col", class: column.class || null },
        make("button", { type: "button", onclick: () => { sorted = { column: c, down: sorted.column === c ? !sorted.down : c > 4 }; sort(); draw(); } },
          column.name, make("span", { "aria-hidden": "true" }))));
      ui.body = make("tbody");
      ui.table = make("table", { "aria-label": "Figures" }, make("thead", {}, make("tr", {}, ...ui.heads)), ui.body);
      ui.box = make("div", { class: "rows", tabindex: "0", role: "group", "aria-label": "Figures, scrolls" }, ui.table);
      let drawing = false;
      ui.box.addEventListener("scroll", () => {
        if (!drawing) { drawing = true; requestAnimationFrame(() => { drawing = false; draw(); }); }
      });
      addEventListener("resize", draw);
      ui.facets = make("div", { class: "facets", role: "group", "aria-label": "Filters" }, ...facets.map((facet) => facet.node));
      const narrow = matchMedia("(max-width: 48rem)").matches;
      const filters = make("details", { class: "filters" }, make("summary", {}, "Filters"), ui.facets);
      filters.open = !narrow;
      $("browser").append(make("div", { class: "browser" }, filters, make("div", {},
        make("div", { class: "tools" }, make("label", {}, ui.search), make("button", { type: "button", onclick: copy }, "Copy as CSV"), ui.reset, ui.told), ui.box)));
      $("browser").hidden = false;
      update();
    };

    const reveal = (i) => {
      open();
      chosen = i;
      if (!order.includes(i)) reset();
      const top = order.indexOf(i) * height;
      const seen = top >= ui.box.scrollTop && top + 2 * height <= ui.box.scrollTop + ui.box.clientHeight;
      if (!seen) ui.box.scrollTop = Math.max(0, top - ui.box.clientHeight / 3);
      draw();
    };

    return { open, reveal, search: () => { location.hash = "figures"; show("figures"); ui.search.focus(); ui.search.select(); } };
  })();

  // Documents

  const shelf = (() => {
    const SHOWN = 300;
    let current = -1;
    let made = null;
    const ui = {};
    const draw = () => {
      const words = ui.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = [];
      for (let i = 0; i < docs.id.length; i++) {
        const name = `${docs.name[i]} ${texts[docs.source[i]]}`.toLowerCase();
        if (words.every((word) => name.includes(word))) found.push(i);
      }
      ui.list.replaceChildren(...found.slice(0, SHOWN).map((i) => make("li", {},
        make("a", { href: `#${docs.id[i]}`, "aria-current": i === current ? "true" : null }, foreign(docs.name[i])), " ",
        make("span", { class: "muted" }, docs.claims[i]))));
      ui.told.textContent = found.length > SHOWN ? `${SHOWN} of ${count(found.length, "document")}` : count(found.length, "document");
    };
    const link = (claim, words, id) => make(claim[3] === null ? "span" : "a", {
      class: `m ${claim[3] === null ? "none" : verdicts[rows.verdict[claim[3]]][0]}`, id, href: claim[3] === null ? null : `#${rows.id[claim[3]]}`, title: claim[2],
    }, words);
    const built = (i) => {
      const { claims, text, elsewhere } = documentAt(i);
      const seen = new Set();
      const fresh = (place) => { const first = !seen.has(place); seen.add(place); return first ? claims[place][0] : null; };
      const pieces = (list) => list.map((piece) => {
        if (typeof piece === "string") return piece;
        const [words, [first, ...others]] = piece;
        const again = seen.has(first);
        return [link(claims[first], make("mark", {}, words), fresh(first)),
          ...(again ? [] : others.map((other, n) => make("sup", {}, link(claims[other], `${n + 2}`, fresh(other)))))];
      }).flat();
      const list = (places) => make("ul", { class: "claims" }, places.map((place) => make("li", {},
        link(claims[place], make("mark", {}, claims[place][1] || claims[place][2]), fresh(place)), " ", claims[place][2])));
      const body = make("div", { class: "text" });
      let cells = null;
      for (const [kind, lang, parts] of text || []) {
        const attributes = { dir: "auto", lang: lang || null };
        if (kind === "row" || kind === "cell") {
          if (kind === "row" || !cells) { cells = make("div", { class: "cells" }); body.append(cells); }
          cells.append(make("span", { class: "cell", ...attributes }, pieces(parts)));
          continue;
        }
        cells = null;
        const name = kind === "h3" ? "h3" : "p";
        body.append(make(name, { class: kind === "h3" || kind === "p" ? null : kind, ...attributes }, pieces(parts)));
      }
      const fact = (name, value) => value ? make("div", {}, make("dt", {}, name), make("dd", {}, foreign(value))) : null;
      const article = make("article", { class: "doc", id: docs.id[i], tabindex: "-1" },
        make("h2", {}, foreign(docs.name[i])),
        make("dl", { class: "facts" }, fact("source", texts[docs.source[i]]), fact("published", texts[docs.published[i]]),
          fact("language", texts[docs.lang[i]]), fact("origin", texts[docs.origin[i]]), fact("claims", `${docs.claims[i]}`)),
        docs.problems[i].map((problem) => make("p", { class: "problem" }, foreign(problem))), body);
      if (!text) article.append(make("p", { class: "muted" }, "The text is not in this page, which would be too large with it; an audit of fewer documents shows it. These figures were read from it."), list(claims.map((_, place) => place)));
      else if (elsewhere && elsewhere.length) article.append(make("h3", {}, "Figures whose words the readable text does not hold"), list(elsewhere));
      return article;
    };
    const open = (i, redraw) => {
      if (!ui.list) {
        ui.search = make("input", { type: "search", placeholder: "Find a document", "aria-label": "Find a document" });
        ui.search.addEventListener("input", draw);
        ui.list = make("ul");
        ui.told = make("p", { class: "small muted", role: "status" });
        const nav = make("nav", { class: "shelf", "aria-label": "Documents" }, ui.search, ui.list, ui.told);
        $("shelf").append(nav);
        $("shelf").hidden = false;
      }
      if (i >= docs.id.length) return;
      current = i;
      draw();
      if (made && made.id !== docs.id[i]) { made.remove(); made = null; }
      if (!$(docs.id[i])) { made = built(i); $("documents").append(made); }
      for (const article of document.querySelectorAll("#documents > .doc")) article.hidden = article.id !== docs.id[i];
      const now = ui.list.querySelector("[aria-current]");
      if (now && redraw) ui.list.scrollTop = now.offsetTop - ui.list.offsetTop - 40;
    };
    return { open, get current() { return current; } };
  })();

  // The graph: what is pointed at, and what it is tied to

  for (const graph of document.querySelectorAll(".graph")) {
    const light = (event) => {
      const node = event.target.closest(".node");
      for (const old of graph.querySelectorAll(".lit")) old.classList.remove("lit");
      graph.classList.toggle("lit", Boolean(node));
      if (!node) return;
      const [mine, theirs] = node.dataset.doc ? ["doc", "row"] : ["row", "doc"];
      for (const edge of graph.querySelectorAll(`.edge[data-${mine}="${node.dataset[mine]}"]`)) {
        edge.classList.add("lit");
        graph.querySelector(`.node[data-${theirs}="${edge.dataset[theirs]}"]`)?.classList.add("lit");
      }
      node.classList.add("lit");
    };
    graph.addEventListener("pointerover", light);
    graph.addEventListener("focusin", light);
    graph.addEventListener("pointerleave", light);
  }

  // Keys

  const help = $("help");
  const turn = (by) => {
    const cards = [...document.querySelectorAll("#conflicts .card")];
    if (!cards.length) return;
    const at = cards.findIndex((card) => `#${card.id}` === location.hash);
    const next = at < 0 ? 0 : Math.min(cards.length - 1, Math.max(0, at + by));
    location.hash = cards[next].id;
    say(`Conflict ${next + 1} of ${cards.length}`);
  };
  $("help-open").addEventListener("click", () => help.showModal());
  $("help-close").addEventListener("click", () => help.close());
  addEventListener("keydown", (event) => {
    const at = event.target;
    const typing = at instanceof HTMLElement && (at.isContentEditable || (at.matches("input, textarea, select") && at.type !== "checkbox"));
    if (event.key === "Escape" && !help.open && panel.isOpen) { panel.close(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || help.open || !$("keys-on").checked) {
      return;
    }
    const does = { j: () => turn(1), n: () => turn(1), k: () => turn(-1), p: () => turn(-1), "/": browser.search, "?": () => help.showModal() }[event.key];
    if (does) { event.preventDefault(); does(); }
  });

  addEventListener("hashchange", route);
  route();
})();
