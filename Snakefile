# Octavo: one manuscript, folded three times. The rules stand in the order in which the text flows: each runs one module
# of the package octavo (scripts/) and writes one folder of output/work/. What book.yaml says comes from octavo.workflow.
import sys
from octavo import workflow as octavo

BOOK = octavo.book()
IN = octavo.inputs(BOOK)
CODE = octavo.digests()
HOUSE = octavo.house()
PYTHON = [sys.executable, "-P", "-m"]
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
        "{PYTHON:q} octavo.parse {output:q} 2>&1 | tee {log:q}"


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
        "{PYTHON:q} octavo.draw {output:q} 2>&1 | tee {log:q}"


rule report:
    input:
        rules.parse.output,
        IN.chapters,
        IN.bib,
        IN.images,
        IN.tables,
    output:
        "output/check/report.txt",
        "output/check/report.json",
        "output/check/report.html",
    log:
        "output/work/logs/report.log",
    priority: 50
    params:
        code=CODE["check"],
    shell:
        "{PYTHON:q} octavo.check output/check {input[0]:q} 2>&1 | tee {log:q}"


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
        "{PYTHON:q} octavo.report gate {input:q} {output:q} 2>&1 | tee {log:q}"


rule resolve:
    input:
        rules.parse.output,
        rules.draw.output,
        "book.yaml",
        IN.bib,
        IN.images,
        IN.tables,
        IN.style,
    output:
        "output/work/3-resolved/book.json",
        directory("output/work/3-resolved/images"),
    log:
        "output/work/logs/resolve.log",
    params:
        code=CODE["resolve"],
        commit=octavo.commit(BOOK),
    shell:
        "{PYTHON:q} octavo.resolve {input[0]:q} {input[1]:q} {output:q} {params.commit:q} 2>&1 | tee {log:q}"


rule cite:
    input:
        "output/work/3-resolved/book.json",
        "book.yaml",
        IN.bib,
        IN.style,
    output:
        "output/work/4-cited/book.json",
        "output/work/4-cited/screens.json",
    log:
        "output/work/logs/cite.log",
    params:
        code=CODE["cite"],
    shell:
        "{PYTHON:q} octavo.cite {input[0]:q} {output[0]:q} 2>&1 | tee {log:q}"


rule pdf:
    input:
        "output/work/4-cited/book.json",
        "output/work/3-resolved/images",
        IN.editions["pdf"],
    output:
        f"output/work/5-rendered/{SLUG}.pdf",
    log:
        "output/work/logs/pdf.log",
    params:
        code=CODE["pdf"],
        editions=HOUSE / "editions",
    shell:
        "{PYTHON:q} octavo.pdf {input[0]:q} {input[1]:q} {params.editions:q} {output:q} 2>&1 | tee {log:q}"


rule pages:
    input:
        "output/work/4-cited/screens.json",
        "output/work/4-cited/book.json",
    output:
        "output/work/5-rendered/pages.json",
    log:
        "output/work/logs/pages.log",
    params:
        code=CODE["pages"],
    shell:
        "{PYTHON:q} octavo.pages {input[0]:q} {output:q} 2>&1 | tee {log:q}"


rule epub:
    input:
        rules.pages.output,
        "output/work/3-resolved/images",
        IN.editions["epub"],
    output:
        f"output/work/5-rendered/{SLUG}.epub",
    log:
        "output/work/logs/epub.log",
    params:
        code=CODE["epub"],
        editions=HOUSE / "editions",
    shell:
        "{PYTHON:q} octavo.epub {input[0]:q} {input[1]:q} {params.editions:q} {output:q} 2>&1 | tee {log:q}"


rule html:
    input:
        rules.pages.output,
        "output/work/3-resolved/images",
        IN.editions["html"],
    output:
        "output/work/5-rendered/html/index.html",
    log:
        "output/work/logs/html.log",
    params:
        code=CODE["html"],
        editions=HOUSE / "editions",
    shell:
        "{PYTHON:q} octavo.html {input[0]:q} {input[1]:q} {params.editions:q} output/work/5-rendered/html 2>&1 | tee {log:q}"


rule publish:
    input:
        rules.check.output,
        rules.pdf.output,
        rules.epub.output,
        rules.html.output,
    output:
        f"output/{SLUG}.pdf",
        f"output/{SLUG}.epub",
        "output/html/index.html",
        "output/manifest.json",
    log:
        "output/work/logs/publish.log",
    params:
        code=CODE["publish"],
    shell:
        "{PYTHON:q} octavo.publish output/work/5-rendered {SLUG:q} output 2>&1 | tee {log:q}"


rule validate:
    input:
        rules.publish.output,
        cited="output/work/4-cited/book.json",
    output:
        "output/check/editions.json",
    log:
        "output/work/logs/validate.log",
    params:
        code=CODE["validate"],
    shell:
        "{PYTHON:q} octavo.validate {input[0]:q} {input[1]:q} output/html {input.cited:q} {output:q} 2>&1 | tee {log:q}"
