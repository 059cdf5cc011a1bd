# Octavo: one manuscript, folded three times. The rules stand in the order in which the text flows: each runs one module
# of the package octavo (scripts/) and writes one folder of output/work/. What book.yaml says comes from octavo.workflow.
from octavo import workflow as octavo

octavo.use_this_python()
BOOK = octavo.book()
IN = octavo.inputs(BOOK)
CODE = octavo.digests()
EDITIONS = octavo.house() / "editions"
SLUG = BOOK.slug


container: "docker://python:3.11-slim-bookworm"


localrules:
    all,


onstart:
    octavo.lock()


rule all:
    input:
        f"output/{SLUG}.pdf",
        f"output/{SLUG}.epub",
        "output/html/index.html",
        "output/manifest.json",


rule parse:
    input:
        IN.chapters,
    output:
        "output/work/1-parsed/book.json",
    log:
        "output/work/logs/parse.log",
    params:
        code=CODE["parse"],
    shell:
        "python -P -m octavo.parse {output:q} 2>&1 | tee {log:q}"


rule draw:
    input:
        "book.yaml",
        IN.data,
    output:
        directory("output/work/1-parsed/figures"),
    log:
        "output/work/logs/draw.log",
    params:
        code=CODE["draw"],
    shell:
        "python -P -m octavo.draw {output:q} 2>&1 | tee {log:q}"


rule report:
    input:
        parsed=rules.parse.output,
        chapters=IN.chapters,
        bib=IN.bib,
        images=IN.images,
        tables=IN.tables,
        baseline=IN.baseline,
        anchors=IN.anchors,
    output:
        "output/check/report.txt",
        "output/check/report.json",
        "output/check/report.sarif",
        "output/check/report.html",
    log:
        "output/work/logs/report.log",
    priority: 50
    params:
        code=CODE["check"],
    shell:
        "python -P -m octavo.check output/check {input.parsed:q} 2>&1 | tee {log:q}"


rule check:
    input:
        "output/check/report.json",
    output:
        "output/work/2-checked/passed",
    log:
        "output/work/logs/check.log",
    priority: 100
    params:
        code=CODE["report"],
    shell:
        "python -P -m octavo.report gate {input:q} {output:q} 2>&1 | tee {log:q}"


rule resolve:
    input:
        parsed=rules.parse.output,
        drawn=rules.draw.output,
        book="book.yaml",
        bib=IN.bib,
        images=IN.images,
        tables=IN.tables,
        style=IN.style,
        anchors=IN.anchors,
    output:
        "output/work/3-resolved/book.json",
        directory("output/work/3-resolved/images"),
    log:
        "output/work/logs/resolve.log",
    params:
        code=CODE["resolve"],
        commit=octavo.commit(BOOK),
    shell:
        "python -P -m octavo.resolve {input.parsed:q} {input.drawn:q} {output:q} {params.commit:q} 2>&1 | tee {log:q}"


rule cite:
    input:
        resolved="output/work/3-resolved/book.json",
        book="book.yaml",
        bib=IN.bib,
        style=IN.style,
    output:
        book="output/work/4-cited/book.json",
        screens="output/work/4-cited/screens.json",
        works="output/work/4-cited/works.json",
    log:
        "output/work/logs/cite.log",
    params:
        code=CODE["cite"],
    shell:
        "python -P -m octavo.cite {input.resolved:q} {output.book:q} 2>&1 | tee {log:q}"


rule pdf:
    input:
        cited="output/work/4-cited/book.json",
        images="output/work/3-resolved/images",
        editions=IN.editions["pdf"],
    output:
        pdf=f"output/work/5-rendered/{SLUG}.pdf",
        folios="output/work/5-rendered/folios.json",
    log:
        "output/work/logs/pdf.log",
    params:
        code=CODE["pdf"],
        editions=EDITIONS,
    shell:
        "python -P -m octavo.pdf {input.cited:q} {input.images:q} {params.editions:q} {output.pdf:q} 2>&1 | tee {log:q}"


rule pages:
    input:
        screens="output/work/4-cited/screens.json",
        book="output/work/4-cited/book.json",
    output:
        "output/work/5-rendered/pages.json",
    log:
        "output/work/logs/pages.log",
    params:
        code=CODE["pages"],
    shell:
        "python -P -m octavo.pages {input.screens:q} {output:q} 2>&1 | tee {log:q}"


rule epub:
    input:
        pages=rules.pages.output,
        images="output/work/3-resolved/images",
        editions=IN.editions["epub"],
    output:
        f"output/work/5-rendered/unpaged/{SLUG}.epub",
    log:
        "output/work/logs/epub.log",
    params:
        code=CODE["epub"],
        editions=EDITIONS,
    shell:
        "python -P -m octavo.epub {input.pages:q} {input.images:q} {params.editions:q} {output:q} 2>&1 | tee {log:q}"


rule html:
    input:
        pages=rules.pages.output,
        works="output/work/4-cited/works.json",
        images="output/work/3-resolved/images",
        editions=IN.editions["html"],
    output:
        "output/work/5-rendered/unpaged/html/index.html",
    log:
        "output/work/logs/html.log",
    params:
        code=CODE["html"],
        editions=EDITIONS,
    shell:
        "python -P -m octavo.html {input.pages:q} {input.works:q} {input.images:q} {params.editions:q} output/work/5-rendered/unpaged/html 2>&1 | tee {log:q}"


rule paginate:
    input:
        folios=rules.pdf.output.folios,
        epub=rules.epub.output,
        html=rules.html.output,
    output:
        f"output/work/5-rendered/{SLUG}.epub",
        "output/work/5-rendered/html/index.html",
    log:
        "output/work/logs/paginate.log",
    params:
        slug=SLUG,
        code=CODE["paginate"],
    shell:
        "python -P -m octavo.paginate {input.folios:q} output/work/5-rendered/unpaged {params.slug:q} output/work/5-rendered 2>&1 | tee {log:q}"


rule publish:
    input:
        rules.check.output,
        rules.pdf.output.pdf,
        rules.paginate.output,
    output:
        f"output/{SLUG}.pdf",
        f"output/{SLUG}.epub",
        "output/html/index.html",
        "output/manifest.json",
    log:
        "output/work/logs/publish.log",
    params:
        slug=SLUG,
        code=CODE["publish"],
    shell:
        "python -P -m octavo.publish output/work/5-rendered {params.slug:q} output 2>&1 | tee {log:q}"


rule validate:
    input:
        pdf=f"output/{SLUG}.pdf",
        epub=f"output/{SLUG}.epub",
        html="output/html/index.html",
        cited="output/work/4-cited/book.json",
    output:
        touch("output/work/6-validated/passed"),
    log:
        "output/work/logs/validate.log",
    params:
        code=CODE["validate"],
        report="output/check/editions.json",
        editions=EDITIONS,
        commit=octavo.commit(BOOK),
    shell:
        "python -P -m octavo.validate {input.pdf:q} {input.epub:q} output/html {input.cited:q} {params.report:q} {params.editions:q} {params.commit:q} 2>&1 | tee {log:q}"


rule draft:
    input:
        cited="output/work/4-cited/book.json",
        images="output/work/3-resolved/images",
        report="output/check/report.json",
        chapters=IN.chapters,
        editions=IN.editions["pdf"],
    output:
        f"output/{SLUG}-draft.pdf",
    log:
        "output/work/logs/draft.log",
    params:
        code=CODE["draft"],
        commit=octavo.standing,
        editions=EDITIONS,
        with_keys=config.get("keys", ""),
    shell:
        "python -P -m octavo.draft {input.cited:q} {input.images:q} {input.report:q} {params.editions:q} {output:q} {params.with_keys:q} 2>&1 | tee {log:q}"


rule redline:
    input:
        cited="output/work/4-cited/book.json",
        images="output/work/3-resolved/images",
        editions=IN.editions["pdf"],
    output:
        f"output/{SLUG}-redline.pdf",
    log:
        "output/work/logs/redline.log",
    params:
        code=[CODE["redline"], CODE["parse"], CODE["resolve"], CODE["cite"]],
        commit=octavo.standing,
        was=octavo.base(config),
        base=config.get("base", ""),
        editions=EDITIONS,
    shell:
        "python -P -m octavo.redline {input.cited:q} {input.images:q} {params.editions:q} {output:q} {params.base:q} 2>&1 | tee {log:q}"
