"""Ambassadors by region and country, and voices of participants: only with consent, and only until their day."""

from __future__ import annotations

from counterpart.files.markup import attribute, escaped, page, paragraph, reach
from counterpart.programme.public import Ambassador, Region, Voice
from counterpart.site.public import Public


def ambassadors_page(public: Public) -> str:
    """The Markdown of the page of ambassadors."""
    summary = f"Who makes {public.programme.name} known, by region and country, and where somebody is looked for."
    return page("Ambassadors", summary, paragraph(escaped(summary), ambassadors_list(public)))


def ambassadors_list(public: Public) -> str:
    """The Markdown of all regions, each with its ambassadors by country and with what is vacant."""
    if not public.regions:
        return "There are no ambassadors yet."
    return paragraph(*(_region(region, public) for region in public.regions))


def _region(region: Region, public: Public) -> str:
    there = [each for each in public.ambassadors if each.country in region.countries]
    there.sort(key=lambda each: (_name(each.country, public), each.name))
    vacant = sorted(_name(code, public) for code in public.vacancies if code in region.countries)
    lines = [_line(each, public) for each in there]
    looked_for = f"**We look for somebody in:** {escaped(', '.join(vacant))}." if vacant else ""
    if not there and not vacant:
        looked_for = "**We look for somebody in this region.**"
    if looked_for:
        where = attribute(reach(public.programme.contact))
        looked_for += f' <a href="{where}">Write to us</a> if that could be you.'
    return paragraph(f"## {escaped(region.name)}", "\n".join(lines), looked_for)


def _line(each: Ambassador, public: Public) -> str:
    name = escaped(each.name)
    if each.contact:
        name = f'<a href="{attribute(reach(each.contact))}">{name}</a>'
    spoken = ", ".join(_name(code, public) for code in each.languages)
    parts = [f"- **{escaped(_name(each.country, public))}**: {name}"]
    if spoken:
        parts.append(f"({escaped(spoken)})")
    line = " ".join(parts) + "."
    return f"{line} {escaped(each.words)}" if each.words else line


def _name(code: str, public: Public) -> str:
    return public.names.get(code, code)


def voices_page(public: Public) -> str:
    """The Markdown of the page of voices."""
    summary = f"What people who took part in {public.programme.name} say."
    return page("Voices", summary, paragraph(escaped(summary), voices_list(public)))


def voices_list(public: Public) -> str:
    """The HTML of all voices, in the order of their file."""
    if not public.voices:
        return "Nobody has said anything here yet."
    return "\n\n".join(_voice(voice) for voice in public.voices)


def _voice(voice: Voice) -> str:
    return (
        '<figure class="voice">\n'
        f"<blockquote><p>{attribute(voice.words)}</p></blockquote>\n"
        f"<figcaption>{attribute(voice.by)}</figcaption>\n"
        "</figure>"
    )
