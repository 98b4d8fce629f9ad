"""The night as Markdown and as a page. The JSON beside them is the night's record itself."""
import html as escaping
import os
import re
import string

from nightly import display, plot

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.html")
NIGHTS_COMPARED = 6
COLOURS = 12  # of the page
HEADS = {
    "new": "New findings",
    "back": "Back again",
    "known": "Known findings, still there",
    "gone": "Gone: the input no longer fails",
}


def bytes_text(count):
    for limit, unit in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} bytes"


def in_state(night, state):
    return [finding for finding in night["findings"] if finding["state"] == state]


def summary(night):
    new = len(in_state(night, "new")) + len(in_state(night, "back"))
    found = f"{new} new finding{'s' if new != 1 else ''}" if new else "nothing new"
    broken = [record["name"] for record in night["targets"].values() if record["broken"]]
    if broken:
        found += f", {len(broken)} target{'s' if len(broken) > 1 else ''} broken"
    if not night["targets"]:
        found += ", no target"
    if night["waiting"]:
        found += f", {night['waiting']} crash{'es' if night['waiting'] > 1 else ''} not looked at"
    return found


def waiting_text(night):
    return f"crashes that nobody has looked at yet: {night['waiting']}; the next night does"


def facts(night):
    """(what, how it is) for the head of the report."""
    resumed = f", cut off and resumed {times(night['resumed'])}" if night["resumed"] else ""
    changed = ", with changes that are not committed" if night["changed"] else ""
    return [
        ("commit", night["commit"] + changed),
        ("time", f"{display.clock(night['spent_s'])} of {display.clock(night['budget_s'])}, "
                 f"{night['ending']}{resumed}"),
        ("began", night["started"].replace("T", " ").replace("+00:00", " UTC")),
        ("on", f"{night['machine']}, {night['jobs']} processes at a time"),
    ]


def times(count):
    return "once" if count == 1 else f"{count} times"


def plain(text):
    """Text that Markdown takes as it is."""
    return re.sub(r"([\\`*_<>\[\]|#&])", r"\\\1", text)


def facts_of(finding):
    size = f"{bytes_text(finding['input_bytes'])}" if "input_bytes" in finding else ""
    if finding.get("original_bytes", 0) > finding.get("input_bytes", 0):
        size += f", made small from {bytes_text(finding['original_bytes'])}"
    gone = f"gone since night {finding['gone_night']}, " if finding["gone_night"] else ""
    flaky = "" if finding["reproduced"].startswith(finding["reproduced"][-1]) else \
        "never again, " if finding["reproduced"].startswith("0") else "flaky, "
    return (f"{flaky}reproduced {finding['reproduced']}, seen {times(finding['count'])}, {gone}"
            f"first in night {finding['first_night']}" + (f", input {size}" if size else ""))


def growth_of(record):
    """Files and bytes of the corpus, before and after."""
    if record["corpus_start"] is None:
        return ""
    end = record["corpus_end"] or record["corpus_start"]
    return (f"{record['corpus_start']['files']:,} → {end['files']:,} inputs, "
            f"{bytes_text(end['bytes'])}")


def before(record, earlier, key):
    """The same figure of the last night that has it."""
    for night in reversed(earlier):
        other = night["targets"].get(record["name"])
        if other and other["fuzzed_s"]:
            return display.rate(other) if key == "rate" else other[key]
    return None


def signed(number):
    return f"{number:+,}".replace("-", "−") if number else "±0"


def change(value, old):
    """' (+12)' against an earlier night."""
    if old is None:
        return ""
    difference = round(value) - round(old)
    return f" ({signed(difference)})"


def split_of(night):
    """(name, share of the fuzzed time) per target."""
    total = sum(record["fuzzed_s"] for record in night["targets"].values())
    return [(name, record["fuzzed_s"] / total if total else 0)
            for name, record in night["targets"].items()]


def figures(record, earlier, share):
    """(head, value) of a target."""
    values = [("time", f"{display.clock(record['fuzzed_s'])}, {share:.0%}"),
              ("runs", f"{record['executions']:,}"),
              ("runs/s", f"{display.rate(record):,.0f}"
                         f"{change(display.rate(record), before(record, earlier, 'rate'))}")]
    if record["cov_start"] is not None:
        for name, key in (("edges", "cov"), ("features", "ft")):
            values.append((name, f"{record[key]:,}"
                                 f"{change(record[key], before(record, earlier, key))}"))
    if record["corpus_start"] is not None:
        values.append(("corpus", growth_of(record)))
    values.append(("crashes", f"{record['crashes']:,}"))
    return values


def notes_of(record):
    notes = []
    if record["deaths"]:
        notes.append(f"ended {times(record['deaths'])} without an input to blame")
    if record["merge"]:
        notes.append(f"corpus not made small: {record['merge']}")
    return notes


def markdown(night, earlier):
    lines = [f"# Night {night['night']}: {summary(night)}", ""]
    lines += [f"- {name}: {plain(value)}" for name, value in facts(night)]
    lines += [f"- warning: {plain(warning)}" for warning in night["warnings"]]
    if night["waiting"]:
        lines.append(f"- {waiting_text(night)}")
    for state, head in HEADS.items():
        findings = in_state(night, state)
        if findings:
            lines += ["", f"## {head}", ""]
        for finding in findings:
            lines += [f"- **{finding['target']}**: {plain(finding['title'])}  ",
                      f"  {facts_of(finding)}  ", f"  `{finding['reproduce']}`"]
    for record in night["targets"].values():
        if record["broken"]:
            lines += ["", f"## {record['name']} is broken", "", "```", record["broken"], "```"]
    lines += ["", "## Targets", "",
              "| target | time | runs | runs/s | edges | features | corpus | crashes |",
              "|---|---|---|---|---|---|---|---|"]
    for name, share in split_of(night):
        values = dict(figures(night["targets"][name], earlier, share))
        cells = [values.get(key, "") for key in (
            "time", "runs", "runs/s", "edges", "features", "corpus", "crashes")]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    for record in night["targets"].values():
        lines += [f"\n{record['name']}: {plain(note)}." for note in notes_of(record)]
    lines += ["", "In brackets: the difference to the night before.", ""]
    return "\n".join(lines)


def element(name, text, **attributes):
    """Text is escaped; an element's content made of elements is joined by the caller."""
    listed = "".join(f' {key.rstrip("_")}="{escaping.escape(value)}"'
                     for key, value in attributes.items())
    return f"<{name}{listed}>{escaping.escape(text)}</{name}>"


def finding_html(finding, root):
    parts = [f'<article class="finding {finding["state"]}">',
             '<h3><span class="tag">' + escaping.escape(finding["target"]) + "</span> "
             + escaping.escape(finding["title"]) + "</h3>",
             element("p", facts_of(finding), class_="soft")]
    if finding["frames"]:
        parts.append("<ol>" + "".join(element("li", frame) for frame in finding["frames"])
                     + "</ol>")
    parts.append(element("pre", finding["reproduce"]))
    if finding["excerpt"]:
        parts.append("<details><summary>what was seen</summary>"
                     + element("pre", "\n".join(finding["excerpt"]), class_="wide") + "</details>")
    directory = f"{root}findings/{finding['id']}/"
    parts.append("<p>" + " ".join(element("a", name, href=directory + name)
                                  for name in finding["files"]) + "</p>")
    return "".join(parts) + "</article>"


def findings_html(night, root):
    parts = []
    for state, head in HEADS.items():
        findings = in_state(night, state)
        if not findings:
            continue
        listed = "".join(finding_html(finding, root) for finding in findings)
        # What is gone needs nobody's eyes.
        parts.append(f"<details><summary>{head} ({len(findings)})</summary>{listed}</details>"
                     if state == "gone" else f"<h2>{head}</h2>{listed}")
    return "".join(parts) or "<h2>Findings</h2><p>None.</p>"


def target_html(record, earlier, share, here):
    parts = ['<article class="target">', element("h3", record["name"])]
    if record["broken"]:
        parts += [element("p", "broken", class_="broken"), element("pre", record["broken"])]
    nights = [(night["night"], night["targets"][record["name"]]) for night in earlier
              if record["name"] in night["targets"]
              and night["targets"][record["name"]]["fuzzed_s"]]
    if record["fuzzed_s"]:
        parts.append("<dl>" + "".join(
            f"<div>{element('dt', name)}{element('dd', value)}</div>"
            for name, value in figures(record, earlier, share)) + "</dl>")
        curves = [curve_of(other) for _, other in nights[-NIGHTS_COMPARED:]] + [curve_of(record)]
        speeds = [(number, display.rate(other)) for number, other in nights]
        speeds.append((here, display.rate(record)))
        parts.append('<div class="plots">')
        if record["samples"]:
            parts.append(figure("features by time fuzzed", plot.growth(
                curves, f"features of {record['name']} over the night")))
        if nights and record["samples"]:
            parts.append(figure("features by night", plot.trend(
                [(number, other["ft"]) for number, other in nights] + [(here, record["ft"])],
                f"features of {record['name']} by night")))
        if nights:
            parts.append(figure("runs per second by night", plot.bars(
                speeds, f"runs per second of {record['name']} by night")))
        parts.append("</div>")
    parts += [element("p", note, class_="soft") for note in notes_of(record)]
    return "".join(parts) + "</article>"


def curve_of(record):
    points = [(seconds, features) for seconds, _, features in record["samples"]]
    return points + [(record["fuzzed_s"], record["ft"])] if points else []


def figure(caption, picture):
    return f"<figure>{picture}{element('figcaption', caption)}</figure>"


def split_html(night):
    parts = ['<div class="split">']
    for at, (name, share) in enumerate(split_of(night)):
        if share > 0:
            parts.append(f'<div class="part part{at % COLOURS}" style="flex-grow:{share:.4f}" '
                         f'title="{escaping.escape(name)}: {share:.0%}"></div>')
    parts.append('</div><ul class="legend">')
    for at, (name, share) in enumerate(split_of(night)):
        parts.append(f'<li><span class="part{at % COLOURS}"></span>{escaping.escape(name)} '
                     f"{share:.0%}</li>")
    return "".join(parts) + "</ul>"


def mood_of(night):
    if in_state(night, "new") or in_state(night, "back"):
        return "bad"
    broken = any(record["broken"] for record in night["targets"].values())
    return "warn" if broken or night["waiting"] or not night["targets"] else "good"


def html(night, earlier, root=""):
    """`root` leads from the page to the state directory."""
    with open(PAGE, encoding="utf-8") as file:
        page = string.Template(file.read())
    head = "".join(f"<div>{element('dt', name)}{element('dd', value)}</div>"
                   for name, value in facts(night))
    warnings = [element("p", warning, class_="warning") for warning in night["warnings"]]
    if night["waiting"]:
        warnings.append(element("p", waiting_text(night), class_="warning"))
    shares = dict(split_of(night))
    # What is broken comes first.
    records = sorted(night["targets"].values(), key=lambda record: not record["broken"])
    return page.substitute(
        night=night["night"], summary=escaping.escape(summary(night)),
        mood=mood_of(night), facts=head, warnings="".join(warnings),
        findings=findings_html(night, root), split=split_html(night),
        targets="".join(target_html(record, earlier, shares[record["name"]], night["night"])
                        for record in records))
