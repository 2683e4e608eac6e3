"""The pictures of the README, from a real run of the reference stage in an emulator.

Usage: .venv/bin/python scripts/pictures.py [BINARY]
Writes docs/images/plan.svg, apply.svg and stage.svg; the last needs `dot` of Graphviz.
"""

import html
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
COLOURS = {
    "30": "#6e7681", "31": "#ff7b72", "32": "#3fb950", "33": "#d29922",
    "34": "#58a6ff", "35": "#bc8cff", "36": "#39c5cf", "37": "#c9d1d9",
}
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def spans(line):
    """The pieces of a line, each with its style."""
    style, position = {}, 0
    for match in ESCAPE.finditer(line):
        if match.start() > position:
            yield line[position:match.start()], dict(style)
        position = match.end()
        for code in (match.group(1) or "0").split(";"):
            if code in ("", "0"):
                style = {}
            elif code == "1":
                style["font-weight"] = "bold"
            elif code == "2":
                style["fill-opacity"] = "0.6"
            elif code in COLOURS:
                style["fill"] = COLOURS[code]
            elif code[:1] == "9" and "3" + code[1:] in COLOURS:
                style["fill"] = COLOURS["3" + code[1:]]
    if position < len(line):
        yield line[position:], dict(style)


def svg(title, text):
    lines = text.rstrip("\n").split("\n")
    width = max(len(ESCAPE.sub("", line)) for line in lines)
    rows = []
    for number, line in enumerate(lines):
        pieces = "".join(
            "<tspan{}>{}</tspan>".format(
                "".join(f' {name}="{value}"' for name, value in style.items()), html.escape(piece, quote=False)
            )
            for piece, style in spans(line)
        )
        rows.append(f'<text x="16" y="{52 + number * 17}" xml:space="preserve">{pieces}</text>')
    w, h = 32 + int(width * 7.83) + 8, 68 + len(lines) * 17
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" fill="#c9d1d9" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13">\n'
        f'<title>{html.escape(title)}</title>\n<rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n'
        f'<text x="16" y="26" fill="#8b949e">$ {html.escape(title)}</text>\n' + "\n".join(rows) + "\n</svg>\n"
    )


def shortened(text, head, tail):
    """The first and the last lines; long lines are cut."""
    lines = [cut(line) for line in text.rstrip("\n").split("\n")]
    if len(lines) <= head + tail:
        return "\n".join(lines)
    left_out = len(lines) - head - tail
    return "\n".join(lines[:head] + ["", f"  … {left_out} more lines …", ""] + lines[-tail:])


def cut(line, width=120):
    plain = ESCAPE.sub("", line)
    if len(plain) <= width:
        return line
    out, count = "", 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            out += part
        else:
            out += part[: max(0, width - count)]
            count += len(part)
    return out + "…\x1b[0m"


def main():
    target = os.environ.get("CARGO_TARGET_DIR", os.path.expanduser("~/.cache/wildfire/target"))
    binary = sys.argv[1] if len(sys.argv) > 1 else f"{target}/debug/wildfire"
    emulator = subprocess.Popen(
        [sys.executable, ROOT / "tests/support/emulator.py", "--attached"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": emulator.stdout.readline().strip(),
        "AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "CLICOLOR_FORCE": "1",
    }

    def run(*arguments):
        result = subprocess.run(
            [binary, *arguments], cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )
        if result.returncode != 0:
            sys.exit(f"{arguments}: exit {result.returncode}\n{result.stdout}")
        return result.stdout

    try:
        run("bootstrap", "test", "--yes")
        IMAGES.mkdir(parents=True, exist_ok=True)
        plan = shortened(run("plan", "test"), 34, 20)
        (IMAGES / "plan.svg").write_text(svg("wildfire plan test", plan))
        # The plan comes first in what apply prints; the picture is of what follows.
        applied = run("apply", "test", "--yes")
        progress = [line for line in applied.split("\n") if re.search(r" after .*[0-9]s", line)]
        end = applied[applied.rindex("Apply complete"):] if "Apply complete" in applied else ""
        text = shortened("\n".join(progress), 22, 10) + "\n\n" + end.strip()
        (IMAGES / "apply.svg").write_text(svg("wildfire apply test --yes", text))
        again = run("plan", "test")
        (IMAGES / "second-plan.svg").write_text(svg("wildfire plan test", again))
        drawn = subprocess.run(["dot", "-Tsvg"], input=run("graph", "test"), text=True, stdout=subprocess.PIPE, check=True)
        (IMAGES / "stage.svg").write_text(drawn.stdout)
    finally:
        emulator.kill()


if __name__ == "__main__":
    main()
