"""The night in one sentence, and the subject of its mail.

Here: the few sentences that both the page and the mail open with. Not here: layout (the templates),
the words of each code (``vocabulary``).
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from expectations.french import count, date_long, listing, number
from expectations.rules.silence import RuleCoverage, RuleState
from orchestration.reporting.reported_night import ReportedNight

AWAITED = "dans l'attente d'une explication ou d'une correction"


def sentence(night: ReportedNight) -> str:
    """Tell the night in one French sentence or two."""
    return " ".join(filter(None, _said(night)))


def subject(night: ReportedNight) -> str:
    """The subject of the mail: « Vigie : 1 indicateur retenu, 6 publiés — nuit du … »."""
    held, published = len(night.held), len(night.published)
    if night.held:
        facts = [
            count(held, "indicateur retenu", "indicateurs retenus"),
            count(published, "publié", "publiés"),
        ]
    else:
        facts = [count(published, "indicateur publié", "indicateurs publiés")]
    if night.sources_in_trouble:
        troubles = len(night.sources_in_trouble)
        facts.append(count(troubles, "source en difficulté", "sources en difficulté"))
    whose = f"Vigie, {night.fiches_in_words}" if night.fiches else "Vigie"
    return f"{whose} : {', '.join(facts)} — {occasion(night)}"


def occasion(night: ReportedNight) -> str:
    """Say what the mail is of: « nuit du 22 novembre 2026 »."""
    return f"{night.occasion} du {date_long(night.at)}"


def controls(coverages: Sequence[RuleCoverage]) -> str:
    """Say how many indicators × rules were judged, were not and why, and were forgotten."""
    states = Counter(coverage.state for coverage in coverages)
    unknown = Counter(
        coverage.main_reason for coverage in coverages if coverage.state is RuleState.NOT_EVALUATED
    )
    reasons = listing(f"{reason} : {number(times)}" for reason, times in unknown.most_common())
    why = f" ({reasons})" if reasons else ""
    return (
        "Contrôles (un indicateur, une règle) : "
        f"{count(states[RuleState.EVALUATED], 'évalué', 'évalués')}, "
        f"{count(states[RuleState.NOT_EVALUATED], 'non évalué', 'non évalués')}{why}, "
        f"{count(states[RuleState.MISSING], 'oublié', 'oubliés')}."
    )


def _said(night: ReportedNight) -> Iterator[str]:
    yield _forgotten(night)
    yield _overdue(night)
    yield _indicators(night)
    yield _decisions(night)
    yield _sources(night)


def _overdue(night: ReportedNight) -> str:
    if not night.overdue:
        return ""
    answers = count(len(night.overdue), "réponse de producteur est", "réponses de producteurs sont")
    return f"{answers} en retard."


def _forgotten(night: ReportedNight) -> str:
    if not night.forgotten:
        return ""
    doubts = count(len(night.forgotten), "doute n'est", "doutes ne sont")
    return f"{doubts} à personne depuis {count(night.forgotten_days, 'jour', 'jours')} ou plus."


def _indicators(night: ReportedNight) -> str:
    total, held, published = len(night.indicators), len(night.held), len(night.published)
    empty = f", {count(len(night.empty), 'est', 'sont')} sans donnée" if night.empty else ""
    if not held:
        whole = count(published, "est publié", "sont publiés")
        return f"Aucun indicateur n'est retenu ; {whole}{empty}."
    whole = count(published, "est publié", "sont publiés")
    kept = count(held, "est retenu", "sont retenus")
    partial = sum(line.is_partly_held for line in night.held)
    if partial == held:
        kept += " en partie"
    elif partial:
        kept += f", dont {number(partial)} en partie"
    return (
        f"Sur {count(total, 'indicateur', 'indicateurs')}, {whole}{empty} et {kept}"
        f"{_what_held_waits_for(held, len(night.kept))}."
    )


def _what_held_waits_for(held: int, kept: int) -> str:
    """Say what held indicators wait for, those apart that a decision keeps held."""
    if not kept:
        return f", {AWAITED}"
    if kept == held:
        return ", par décision"
    decided = count(kept, "gardé retenu par décision", "gardés retenus par décision")
    return f" : {number(held - kept)} {AWAITED}, {decided}"


def _decisions(night: ReportedNight) -> str:
    lapsed = len(night.decided.recalled)
    if not lapsed:
        return ""
    are = count(lapsed, "décision caduque est à revoir", "décisions caduques sont à revoir")
    return f"{are} : les chiffres ont changé."


def _sources(night: ReportedNight) -> str:
    troubles = len(night.sources_in_trouble)
    if not troubles:
        return "Aucune source n'est en difficulté."
    verb = "est" if troubles == 1 else "sont"
    has_all = all(source.extract_id for source in night.sources_in_trouble)
    existing = "" if has_all else ", quand il existe,"
    return (
        f"{count(troubles, 'source', 'sources')} {verb} en difficulté ; "
        f"le dernier extrait accepté{existing} reste en service."
    )
