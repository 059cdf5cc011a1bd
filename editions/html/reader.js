/* The reading page: notes beside the text, previews, contents that follow, page numbers, colours, citing, search. Every page
   can be read without this file. Nothing is asked of any other host, and a page on a disk works like one on a server. */
"use strict";
(() => {
  const root = document.documentElement;
  const slug = document.currentScript.dataset.slug;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });

  // What the reader chose is kept where the browser allows it.
  const chosen = (key) => { try { return localStorage.getItem(`octavo-${key}`); } catch { return null; } };
  const choose = (key, value) => { try { localStorage.setItem(`octavo-${key}`, value); } catch { /* this visit only */ } };

  // Before anything is painted: colours and page numbers as they were left.
  const COLOURS = ["", "light", "dark"];
  const showColours = (name) => { if (name) root.dataset.colours = name; else delete root.dataset.colours; };
  showColours(chosen("colours"));
  root.classList.toggle("no-pages", chosen("pages") === "off");

  // ── Other files of the edition, as scripts: a page on a disk may load nothing else ─────────────────────────────────

  const loaded = new Map();
  const load = (file) => {
    if (!loaded.has(file)) {
      loaded.set(file, new Promise((resolve) => {
        const script = Object.assign(document.createElement("script"), { src: file, onload: resolve, onerror: resolve });
        document.head.append(script);
      }));
    }
    return loaded.get(file);
  };
  const previews = {};
  const octavo = (window.octavo = { slug, load, make, all, previews: (page, entries) => { previews[page] = entries; } });

  // ── Notes: beside their marks on a wide page, opened in place on a narrow one ──────────────────────────────────────

  const wide = matchMedia("(min-width: 67.5em)");
  let main, notes;
  const GAP = 10;

  const placeNotes = () => {
    const beside = wide.matches && notes.length > 0;
    document.body.classList.toggle("beside", beside);
    if (!beside) {
      for (const { note } of notes) note.style.top = "";
      main.style.minHeight = "";
      return;
    }
    const edge = main.getBoundingClientRect();
    const wideTables = all("figure.table", main).map((table) => table.getBoundingClientRect()).filter((box) => box.right > edge.right + GAP);
    const tops = notes.map(({ mark }) => mark.getBoundingClientRect().top - edge.top);
    const heights = notes.map(({ note }) => note.offsetHeight);
    let free = 0;
    notes.forEach(({ note }, at) => {
      let top = Math.max(tops[at] - 2, free);
      for (const box of wideTables) {
        if (top + heights[at] > box.top - edge.top - GAP && top < box.bottom - edge.top + GAP) top = box.bottom - edge.top + GAP;
      }
      note.style.top = `${top}px`;
      free = top + heights[at] + GAP;
    });
    main.style.minHeight = `${free}px`;
  };

  /* A copy of an element's content, without identifiers and without the way back of a note. */
  const copyOf = (element) => {
    const copy = element.cloneNode(true);
    for (const inner of all("[id], [aria-labelledby]", copy)) { inner.removeAttribute("id"); inner.removeAttribute("aria-labelledby"); }
    for (const inner of all("[role='doc-backlink'], .page, .page-link, .permalink, .note-here, .backrefs", copy)) inner.remove();
    copy.removeAttribute("id");
    return copy;
  };

  const toggleNote = (link, note) => {
    const mark = link.closest("sup") || link;
    if (mark.nextElementSibling?.classList.contains("note-here")) {
      mark.nextElementSibling.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    const box = make("span", "note-here");
    box.setAttribute("role", "note");
    for (const block of [...copyOf(note).children]) {
      const piece = make("span", "piece");
      piece.append(...block.childNodes);
      box.append(piece);
    }
    mark.after(box);
    link.setAttribute("aria-expanded", "true");
  };

  const startNotes = () => {
    notes = all("section.notes > .note", main).map((note) => ({ note, mark: document.getElementById(`${note.id}-ref`) })).filter(({ mark }) => mark);
    for (const { note, mark } of notes) {
      const light = (on) => () => { note.classList.toggle("lit", on); };
      mark.addEventListener("pointerenter", light(true));
      mark.addEventListener("pointerleave", light(false));
      mark.addEventListener("click", (event) => {
        if (document.body.classList.contains("beside") || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        hidePreview();
        toggleNote(mark, note);
      });
    }
    placeNotes();
    new ResizeObserver(() => requestAnimationFrame(placeNotes)).observe(main);
    wide.addEventListener("change", placeNotes);
    document.fonts?.ready.then(placeNotes);
  };

  // ── Previews: what a citation, reference or term leads to, on hover, focus and tap ─────────────────────────────────

  const PREVIEWED = "main a[role='doc-biblioref'], main a[role='doc-glossref'], main a.xref, main a[role='doc-noteref']";
  let preview, shownFor = null, timer = 0;

  const hidePreview = () => {
    clearTimeout(timer);
    preview?.remove();
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
  };

  const beginning = (section) => {
    const out = [];
    const heading = section.querySelector("h1, h2, h3, h4, h5, h6");
    if (heading) { const line = make("p", "preview-title"); line.append(...copyOf(heading).childNodes); out.push(line); }
    const first = section.querySelector("p");
    if (first) {
      const copy = copyOf(first);
      for (const mark of all(".noteref", copy)) mark.remove();
      const words = copy.textContent.trim();
      out.push(make("p", "", words.length > 320 ? `${words.slice(0, words.lastIndexOf(" ", 320))} …` : words));
    }
    return out;
  };

  const contentHere = (target) => {
    if (target.matches("section")) return beginning(target);
    if (target.matches("dt")) { const title = make("p", "preview-title"); title.append(...copyOf(target).childNodes); return [title, ...copyOf(target.nextElementSibling).childNodes]; }
    if (target.matches("figure") && all("tr", target).length > 12) return all("figcaption", target).map(copyOf);
    if (target.matches("li, .note")) return [...copyOf(target).childNodes];
    return [copyOf(target)];
  };

  const contentOf = async (link) => {
    const id = decodeURIComponent(link.hash.slice(1));
    const page = decodeURIComponent(link.pathname.split("/").pop().replace(/\.html$/, ""));
    const target = link.pathname === location.pathname && document.getElementById(id);
    if (target) return contentHere(target);
    await load(`previews/${page}.js`);
    const html = previews[page]?.[id];
    if (!html) return [];
    return [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
  };

  const showPreview = async (link) => {
    if (shownFor === link) return;
    const content = await contentOf(link);
    if (!content.length || !link.isConnected) return;
    hidePreview();
    shownFor = link;
    preview = make("div", "preview");
    preview.id = "_preview";
    preview.append(...content);
    preview.addEventListener("pointerenter", () => clearTimeout(timer));
    preview.addEventListener("pointerleave", leavePreview);
    main.append(preview);
    link.setAttribute("aria-describedby", "_preview");
    const at = link.getClientRects()[0], edge = main.getBoundingClientRect(), box = preview.getBoundingClientRect();
    const below = at.bottom + box.height + 12 < innerHeight || at.top < box.height + 12;
    const left = Math.max(8, Math.min(at.left, root.clientWidth - box.width - 8));
    preview.style.left = `${left - edge.left}px`;
    preview.style.top = `${(below ? at.bottom + 6 : at.top - box.height - 6) - edge.top}px`;
  };
  const leavePreview = () => { clearTimeout(timer); timer = setTimeout(hidePreview, 250); };

  const startPreviews = () => {
    const isBeside = (link) => link.matches("[role='doc-noteref']") && (document.body.classList.contains("beside") || link.getAttribute("aria-expanded") === "true");
    let touched = false;
    addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; }, true);
    for (const link of all(PREVIEWED)) {
      link.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "touch" || isBeside(link)) return;
        clearTimeout(timer);
        timer = setTimeout(showPreview, 160, link);
      });
      link.addEventListener("pointerleave", leavePreview);
      link.addEventListener("focus", () => { if (!touched && link.matches(":focus-visible") && !isBeside(link)) showPreview(link); });
      link.addEventListener("blur", leavePreview);
      link.addEventListener("click", (event) => {
        // A tap shows what a second tap goes to.
        if (touched && shownFor !== link && !event.defaultPrevented) { event.preventDefault(); showPreview(link); } else hidePreview();
      });
    }
    addEventListener("pointerdown", (event) => { if (shownFor && !preview.contains(event.target) && event.target !== shownFor) hidePreview(); });
  };

  // ── Contents that follow the reading ───────────────────────────────────────────────────────────────────────────────

  const startContents = () => {
    const lines = all("nav.contents a[href^='#']").map((line) => ({ line, section: document.getElementById(decodeURIComponent(line.hash.slice(1))) }));
    const here = lines.filter(({ section }) => section);
    let waiting = false;
    const follow = () => {
      waiting = false;
      const atEnd = scrollY + innerHeight > root.scrollHeight - 4;
      const now = here.findLast(({ section }) => section.getBoundingClientRect().top < innerHeight * (atEnd ? 0.9 : 0.3));
      for (const { line } of here) line.removeAttribute("aria-current");
      if (now && now.section.getBoundingClientRect().bottom > 0) now.line.setAttribute("aria-current", "location");
    };
    addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(follow); } }, { passive: true });
    follow();
    const nav = document.querySelector("nav.contents"), line = nav?.querySelector("[aria-current='page']");
    if (line) nav.scrollTop += line.getBoundingClientRect().top - nav.getBoundingClientRect().top - nav.clientHeight / 3;
  };

  // ── Tools: colours, page numbers, citing, search ───────────────────────────────────────────────────────────────────

  const startTools = () => {
    const tools = document.querySelector(".tools");
    if (!tools) return;
    tools.hidden = false;
    const colours = tools.querySelector(".colours"), words = colours.dataset.words.split("|");
    const say = () => { colours.querySelector("span").textContent = words[Math.max(0, COLOURS.indexOf(root.dataset.colours || ""))]; };
    colours.addEventListener("click", () => {
      const next = COLOURS[(COLOURS.indexOf(root.dataset.colours || "") + 1) % COLOURS.length];
      showColours(next);
      choose("colours", next);
      say();
    });
    say();
    const pages = tools.querySelector(".pages");
    pages.hidden = !document.querySelector(".page");
    const press = () => pages.setAttribute("aria-pressed", String(!root.classList.contains("no-pages")));
    pages.addEventListener("click", () => {
      choose("pages", root.classList.toggle("no-pages") ? "off" : "on");
      press();
    });
    press();
    tools.querySelector(".cite").addEventListener("click", () => openCite(null));
    tools.querySelector(".search").addEventListener("click", openSearch);
  };

  const openSearch = async () => {
    await load("search.js");
    octavo.search?.();
  };

  // ── Citing: book, chapter, paragraph ───────────────────────────────────────────────────────────────────────────────

  const pageOf = (paragraph) => {
    const before = all(".page", main).filter((page) => page.compareDocumentPosition(paragraph) & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINS));
    const within = all(".page", paragraph);
    return (before.filter((page) => !within.includes(page)).pop() || within[0])?.id.replace(/^(page-)*p/, "");
  };

  /* The address of a paragraph; a page on a disk has none that others could use. */
  const addressOf = (id) => {
    const page = document.querySelector("link[rel='canonical']")?.href || (location.protocol === "file:" ? "" : location.href.split("#")[0]);
    return page ? ` ${page}#${id}` : "";
  };

  const copyButton = (panel, text) => {
    const button = make("button", "copy", panel.dataset.copy);
    button.type = "button";
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(text()); button.textContent = panel.dataset.copied; } catch { getSelection().selectAllChildren(button.previousElementSibling); }
    });
    return button;
  };

  const openCite = (paragraph) => {
    const panel = document.getElementById("_cite");
    const dialog = make("dialog", "panel");
    dialog.setAttribute("aria-label", panel.querySelector("summary").textContent);
    const close = make("button", "close", "×");
    close.type = "button";
    close.setAttribute("aria-label", panel.dataset.close);
    close.addEventListener("click", () => dialog.close());
    dialog.append(close);
    if (paragraph) {
      const number = paragraph.id.replace("par-", ""), page = pageOf(paragraph);
      const label = document.getElementById(`p${page}`)?.title;
      dialog.append(make("h2", "", [panel.dataset.paragraph.replace("{}", number), label].filter(Boolean).join(" · ")));
      const cited = copyOf(panel.querySelector(".chicago"));
      cited.append(` ${[label, panel.dataset.paragraph.replace("{}", number)].filter(Boolean).join(", ")}.${addressOf(paragraph.id)}`);
      dialog.append(cited, copyButton(panel, () => cited.textContent.trim()));
    }
    for (const way of all(".way", panel)) {
      const copy = way.cloneNode(true);
      for (const each of [copy, ...all("[id]", copy)]) each.removeAttribute("id");
      copy.removeAttribute("aria-labelledby");
      for (const text of all(".chicago, pre", copy)) text.after(copyButton(panel, () => text.textContent.trim()));
      dialog.append(copy);
    }
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    main.append(dialog);
    dialog.showModal();
  };

  /* Where a paragraph stood that is on another page today: go there. */
  const follow = () => {
    const there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (there && there.matches("a.moved")) location.replace(there.href);
  };

  const startPermalinks = () => {
    follow();
    addEventListener("hashchange", follow);
    const link = make("a", "permalink", "¶");
    link.tabIndex = -1;
    main.addEventListener("pointerover", (event) => {
      const paragraph = event.target.closest("p[id^='par-']");
      if (!paragraph || link.parentElement === paragraph) return;
      const panel = document.getElementById("_cite");
      link.href = `#${paragraph.id}`;
      link.setAttribute("aria-label", `${panel.dataset.permalink}: ${panel.dataset.paragraph.replace("{}", paragraph.id.slice(4))}`);
      paragraph.prepend(link);
    });
    main.addEventListener("pointerleave", () => link.remove());
    link.addEventListener("click", (event) => { if (!event.ctrlKey && !event.metaKey && !event.shiftKey) openCite(link.parentElement); });
  };

  // ── Keys: arrows turn the page, Control-K searches, Escape closes ──────────────────────────────────────────────────

  const startKeys = () => {
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openSearch(); return; }
      if (event.key === "Escape") { hidePreview(); return; }
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || document.querySelector("dialog[open]")) return;
      if (event.target.closest?.("input, select, textarea, pre, .scroll, .equation")) return;
      const onward = root.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
      const way = event.key === onward ? "next" : event.key === "ArrowLeft" || event.key === "ArrowRight" ? "prev" : "";
      const link = way && document.querySelector(`link[rel='${way}']`);
      if (link) location.href = link.href;
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    main = document.querySelector("main");
    root.classList.add("scripted");
    for (const start of [startTools, startNotes, startPreviews, startContents, startPermalinks, startKeys]) start();
  });
})();
