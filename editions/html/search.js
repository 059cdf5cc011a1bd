/* Search: every word that is typed must begin a word of a piece of the text. Letters are compared without accents and case.
   The text comes in parts, a script file for each page; what is there already is searched while the rest is loading. */
"use strict";
(() => {
  const { load, make } = octavo;
  const MOST = 60, BEFORE = 60, AFTER = 110;
  const SPECIAL = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", "’": " ", "'": " " };
  const folded = (text) => text.normalize("NFD").toLowerCase().replace(/\p{M}+/gu, "").replace(/[ßæœøłđðþı’']/g, (letter) => SPECIAL[letter]).replace(/[^\p{L}\p{N}]/gu, " ");
  const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

  const pieces = [];
  let words, dialog, input, list, status, scope = 0, last;

  octavo.searched = ([slug, title, found]) => {
    for (const [id, kind, marked] of found) {
      const pages = [];
      let text = "";
      marked.split(/\u0002(.*?)\u0003/).forEach((part, at) => { if (at % 2) pages.push([text.length, part]); else text += part; });
      pieces.push({ slug, title, id, kind, text, pages, key: ` ${folded(text)}` });
    }
    if (dialog?.open && input.value) show();
  };

  /* All pieces in which each word of the query begins a word. */
  const matches = (query) => {
    const sought = folded(query).split(" ").filter(Boolean).map((term) => (UNSPACED.test(term) ? term : ` ${term}`));
    if (!sought.length) return [];
    return pieces.filter((piece) => (!scope || piece.kind === scope - 1) && sought.every((term) => piece.key.includes(term)));
  };

  /* The words found, marked in what stands around the first of them; and the page that this stands on. */
  const context = (piece, query) => {
    const sought = folded(query).split(" ").filter(Boolean);
    const found = [];
    for (const [word] of [...piece.text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map((hit) => [hit])) {
      const key = folded(word[0]).trim();
      if (sought.some((term) => (UNSPACED.test(term) ? key.includes(term) : key.startsWith(term)))) found.push([word.index, word.index + word[0].length]);
    }
    const first = found[0]?.[0] ?? 0;
    const start = first > BEFORE ? piece.text.lastIndexOf(" ", first - BEFORE) + 1 : 0;
    const space = piece.text.indexOf(" ", first + AFTER);
    const end = space < 0 ? piece.text.length : space;
    const out = [start ? "… " : ""];
    let at = start;
    for (const [from, to] of found.filter(([from]) => from < end)) {
      out.push(piece.text.slice(at, from), make("mark", "", piece.text.slice(from, to)));
      at = to;
    }
    out.push(piece.text.slice(at, end), end < piece.text.length ? " …" : "");
    return { out, page: piece.pages.findLast(([offset]) => offset <= first)?.[1] };
  };

  const show = () => {
    const query = input.value;
    const found = matches(query);
    list.replaceChildren(...found.slice(0, MOST).map((piece) => {
      const { out, page } = context(piece, query);
      const item = make("li", ""), link = make("a", "result"), head = make("span", "where", piece.title);
      link.href = `${piece.slug}.html${piece.id ? `#${piece.id}` : ""}`;
      if (page) head.append(make("span", "on-page", words.page.replace("{}", page)));
      const text = make("span", "context");
      text.append(...out);
      link.append(head, text);
      link.addEventListener("click", () => dialog.close());
      item.append(link);
      return item;
    }));
    status.textContent = !query.trim() ? "" : found.length ? words.found.replace("{}", found.length) : words.nothing;
  };

  const build = () => {
    dialog = make("dialog", "panel searching");
    dialog.setAttribute("aria-label", words.search);
    const close = make("button", "close", "×");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", () => dialog.close());
    input = Object.assign(make("input", ""), { type: "search", autocomplete: "off", spellcheck: false });
    input.setAttribute("aria-label", words.search);
    let waiting = 0;
    input.addEventListener("input", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(show); });
    const scopes = make("p", "scopes");
    words.scopes.forEach((name, at) => {
      const label = make("label", ""), radio = Object.assign(make("input", ""), { type: "radio", name: "scope", value: at, checked: at === 0 });
      radio.addEventListener("change", () => { scope = at; show(); });
      label.append(radio, ` ${name}`);
      scopes.append(label);
    });
    status = make("p", "status");
    status.setAttribute("role", "status");
    list = make("ol", "results");
    dialog.append(close, input, scopes, status, list);
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [input, ...list.querySelectorAll("a")], at = stops.indexOf(document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      stops[Math.max(0, Math.min(stops.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
    });
    document.querySelector("main").append(dialog);
  };

  const open = () => {
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
  };

  /* The list of parts comes first, and is answered here; asked again, the panel only opens. */
  octavo.search = (given) => {
    if (given && !words) {
      words = given[1];
      build();
      open();
      (async () => { for (const slug of given[0]) await load(`search/${slug}.js`); })();
    } else if (words) open();
    else load("search/index.js");
  };
  octavo.matches = matches;
})();
