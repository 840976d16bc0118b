"""An invented thesis: chapters, 250 sources, quotes, appendices, and faults planted where real ones were found.

Nobody in it exists. The same seed gives the same thesis. ``blocks`` is the text as (kind, text); a fault is the text
that must be found and the rule that must find it.
"""

# ruff: noqa: E501 - sentences and file formats stand on one line
from __future__ import annotations

import random
from dataclasses import dataclass, field

_SURNAMES = """Aasland Berntsen Dalgaard Eikrem Fosshaug Grimsbo Haugsdal Iversrud Jakobshagen Kleppestø Lindseth Myrvold
Nesheim Opdahl Pettersbakken Ringheim Sandvold Tveitnes Ulriksborg Vestgård Wollebæk Ystgaard Ødegaarden Åmodt Bakkerud
Christoffers Drivenes Evjenth Furuholm Gjerdrum Hovland Ingvaldsen Jørstad Kvernmo Langseth Mortensrud Nordhagen Olafsrud
Paulsrud Rognstad Solbakken Thorbjørnrud Uthaug Vågsland Hansen Lie Berg Vik Strand Moen Goffman Antonovsky Foucault
Bourdieu Kvale Brinkmann Malterud Thagaard Bronfenbrenner Prochaska DiClemente Maslow Vygotskij Lindseth-Aune van-Dijk
McAdams O'Reilly Skårderud Sommerfeldt Brattbakk Ekendahl Johansson Svensson Nielsen Rasmussen Smith Jones Taylor
Marlatt Orford Heggen Schiefloe Granovetter Putnam Honneth Arendt Levinas Løgstrup Martinsen Nordtvedt Alvsvåg"""
SURNAMES = _SURNAMES.split()
TITLES = """Rusfri hverdag og sosial tilhørighet|Brukererfaringer i norske kommuner|Veien ut av avhengighet|Stigma og skam i
møte med hjelpeapparatet|Lavterskeltilbud som arena for endring|Relasjonens betydning i behandling|Recovery som sosial
prosess|Den kvalitative samtalen|Metode for nybegynnere|Hverdagsliv etter behandling|Erfaringskunnskap i tjenestene|Makt og
motmakt|Om tillit|Identity and change|The social world of recovery|Peer support in practice""".replace(
    "\n", " "
).split("|")
PUBLISHERS = [
    "Universitetsforlaget",
    "Gyldendal Akademisk",
    "Fagbokforlaget",
    "Cappelen Damm Akademisk",
    "Sage",
    "Routledge",
]
JOURNALS = [
    "Tidsskrift for psykisk helsearbeid",
    "Nordic Studies on Alcohol and Drugs",
    "Rus og samfunn",
    "Addiction",
]

PROSE = [
    "{c1} viser til at relasjonen mellom bruker og hjelper har stor betydning for om endring kommer i gang.",
    "Ifølge {n1} handler stigma om hvordan samfunnet ser på mennesker som bryter med det forventede.",
    "Tidligere forskning peker på at tilhørighet er en viktig forutsetning for å komme ut av rusavhengighet ({p1}; {p2}).",
    "{n1} sitt begrep om mestring er nært knyttet til det som {c2} omtaler som håp.",
    "I Opptrappingsplanen for rusfeltet blir brukermedvirkning løftet fram som et bærende prinsipp ({p1}).",
    "Helsedirektoratet anbefaler at kommunene tar i bruk erfaringskompetanse i oppfølgingstjenestene.",
    "Begrepet recovery kan forstås både som en personlig og en sosial prosess ({p1}).",
    "{c1} skriver at «den som lytter uten å dømme, åpner et rom for endring» (s. 45).",
    "Dette kan ses i lys av {n1}s forståelse av anerkjennelse, der det å bli sett er avgjørende for selvet.",
    "Pasient- og brukerrettighetsloven gir den enkelte rett til medvirkning, og loven har vært i kraft siden 2001.",
    "Studien bygger på en hermeneutisk tilnærming, der forståelse utvikles i en veksling mellom del og helhet ({p1}).",
    "Flere studier har funnet at ventetid svekker motivasjonen ({p1}; {p2}; {p3}).",
    "På den andre siden hevder {c1} at strukturelle forhold får for lite oppmerksomhet i dette perspektivet.",
    "I Norge har Helse- og omsorgsdepartementet ansvar for den overordnede politikken på feltet.",
    "Arbeid og aktivitet trekkes fram som sentralt, og {c1} finner at meningsfulle oppgaver gir struktur i hverdagen.",
    "Som {n1} understreker, er det ikke den enkelte alene som må endre seg.",
    "Ibid. peker også på at språket vi bruker om mennesker former forventningene vi har til dem.",
    "I en kunnskapsoppsummering fra Folkehelseinstituttet konkluderes det med at tiltakene har usikker effekt ({p1}).",
    "Det finnes likevel lite kunnskap om hvordan mennesker i små kommuner opplever tilbudet.",
    "Ulike fagtradisjoner har lagt vekt på ulike sider ved fenomenet, noe som gjør feltet vanskelig å avgrense.",
    "Samhandlingsreformen (Meld. St. 47 (2008–2009)) la vekt på at tjenestene skal gis der folk bor.",
    "{c1} skiller mellom formell og uformell støtte, og begge deler har vist seg å ha betydning.",
]
# Sentences with the things that read like people, numbers and places and are none.
PROSE += [
    "Med Opptrappingsplanen (Prop. 15 S (2015–2016)) fulgte 2,4 milliarder kroner, og {c1} har vist hvordan de ble brukt.",
    "Begrepet er hentet fra {n1}, som igjen bygger på Mead (sitert i {p1}) og på George Herbert Meads forelesninger.",
    "Slik {n1}, {n2} og {n3} ser det, er dette først og fremst et spørsmål om makt.",
    "Ottawa-charteret fra 1986 og Verdens helseorganisasjons definisjon av helse er mye omtalt (WHO, 1986).",
    "Av figur 2.3 går det fram at 21 34 55 66 personer svarte i de fire rundene, se kapittel 2.3.1.2 og vedlegg 4.",
    "Barnevernloven § 4-12 og forvaltningsloven § 13 setter rammene, jf. LOV-1992-07-17-100 og NOU 2016: 16.",
    "{c1} deler inn i tre former: den sosiale, den kulturelle og den økonomiske. Den siste drøftes av {n2} med flere.",
    "En svensk studie ({p1}) med 1 234 deltakere fant det motsatte, og en dansk oppfølging ({p2}) støttet den svenske.",
    "I Bergen, Oslo og Trondheim finnes det egne team, mens Finnmark og Nordland har færre tilbud ({p1}).",
    "Høyesterett behandlet spørsmålet i HR-2018-2133-A, og Sivilombudet kom tilbake til det i sak 2019/1234.",
    "{n1} (se {p2}) kaller dette for «den tause kunnskapen», et uttrykk som går tilbake til Polanyi ({p1}).",
    "Kari og Ola Nordmann er gjennomsnittet av oss alle, og de finnes ikke.",
    "På nettsidene til Rådet for psykisk helse (2020) og i Store norske leksikon står det mer om dette.",
    "Rundskriv IS-2076 og veilederen IS-1948 er sentrale, og ICD-10 deler rusdiagnosene inn i F10–F19.",
    "I skoleåret 2016/17 var det 629 275 elever i grunnskolen (Utdanningsdirektoratet, 2017, tabell 3).",
    "Den franske sosiologen Émile Durkheim og tyskeren Max Weber la grunnlaget, og Talcott Parsons førte det videre.",
    "Statsråd Guri Melby svarte på dette i Stortinget 12. mai 2020, og Dagbladet omtalte saken samme dag.",
    "Motiverende intervju (MI) er utviklet av {n1} og {n2}, og er tatt i bruk ved blant andre Blå Kors og Tyrilistiftelsen.",
    "{c1} peker på at ordet bruker kan virke stigmatiserende. Jeg velger likevel å bruke det, jf. {p2}.",
    "Kvinner utgjør om lag 30 prosent av dem som er i behandling, og gjennomsnittsalderen er 37 år ({p1}).",
    "Data er hentet fra Norsk pasientregister (NPR) og fra KOSTRA for årene 2014–2018.",
    "Et eksempel er Housing First, som startet i New York i 1992 under ledelse av Sam Tsemberis ({p1}).",
    "Hele 8 av 10 kommuner i Nordland oppgir at de mangler fagfolk. En kvinne og en mann på samme alder får ulik hjelp.",
    "Foucault skiller mellom ulike former for makt, mens Bourdieu er opptatt av felt, kapital og habitus ({p1}).",
    "Som det heter i forarbeidene: «Kommunen skal sørge for at den enkelte får en verdig bolig» (Ot.prp. nr. 35 (1990–91), s. 12).",
    "Dette er en videreføring av et prosjekt ved Universitetet i Agder, finansiert av Norges forskningsråd (prosjekt 256365).",
]
METHOD = [
    "Utvalget er strategisk ({p1}), og jeg har fulgt rådene til {n2} om å begynne bredt.",
    "Jeg brukte NVivo 12 og Nettskjema-diktafon, og lagret alt i TSD etter avtale med USIT.",
    "Etter {c1} kan man skille mellom intern og ekstern validitet.",
    "Samtykket er i tråd med personvernforordningen artikkel 6 nr. 1 bokstav a og artikkel 9 nr. 2 bokstav a.",
    "I likhet med {n1} har jeg valgt å la deltakerne lese sitatene sine.",
    "Søkene ble gjort i Oria, Idunn, PubMed og Cinahl i perioden 01.09.2020–15.12.2020 og ga 1 342 treff.",
    "Jeg valgte en kvalitativ tilnærming med semistrukturerte intervjuer ({p1}).",
    "Intervjuene varte mellom 40 og 70 minutter og ble gjennomført i løpet av våren.",
    "Analysen følger de fire trinnene i systematisk tekstkondensering slik {c1} beskriver dem.",
    "Forforståelsen min er preget av at jeg har arbeidet i feltet i flere år.",
    "Validitet handler om hvorvidt vi undersøker det vi tror vi undersøker ({p1}).",
    "Transkripsjonene ble lest flere ganger før de ble kodet, i tråd med {n1}.",
]
QUOTES = [
    "Det tok lang tid før jeg turte å stole på noen, men til slutt gikk det.",
    "Jeg hadde aldri trodd at jeg skulle klare det, men det å få en nøkkel til egen dør betydde alt.",
    "De møtte meg som et menneske, ikke som en diagnose, og det hadde jeg ikke opplevd før.",
    "Når du har stått i kø i tre år, så mister du litt troen på at noen vil deg vel.",
    "Jeg tenker at det viktigste var at noen ringte meg når jeg ikke kom.",
    "Vi lo mye, og det var liksom første gang på lenge at jeg kunne le uten å være rusa.",
    "Hverdagen er kanskje det vanskeligste, for da skal du fylle dagene med noe selv.",
]


@dataclass
class Fault:
    """What was planted: the text that must be found, and by which rule."""

    text: str
    rule: str


@dataclass
class Thesis:
    """An invented manuscript."""

    blocks: list[tuple[str, str]] = field(default_factory=list)
    tables: dict[int, list[list[str]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    authors: set[str] = field(default_factory=set)

    def add(self, kind: str, text: str, *faults: tuple[str, str]) -> None:
        self.blocks.append((kind, text))
        self.faults += [Fault(text, rule) for text, rule in faults]


def make(
    *, seed: int = 7, words: int = 26_000, sources: int = 250, style: str = "apa", faults: bool = True
) -> Thesis:
    """Return a thesis of about so many words; ``style`` is apa, vancouver or chicago."""
    rng = random.Random(seed)
    thesis = Thesis()
    references = _references(rng, sources, style)
    thesis.authors = {author.split()[0].strip(",") for authors, _, _ in references for author in authors}
    say = _Prose(rng, references, style)
    _front(thesis, faults=faults)
    per_chapter = (words - sources * 22 - 3000) // 6
    for number, (title, sentences) in enumerate(
        [("Innledning", PROSE), ("Teoretisk rammeverk", PROSE), ("Metode", METHOD + PROSE[:6])], 1
    ):
        _chapter(thesis, say, number, title, sentences, per_chapter)
        if title == "Metode":
            _sample(thesis, faults=faults)
    _findings(thesis, say, rng, per_chapter * 2, faults=faults)
    _chapter(thesis, say, 5, "Diskusjon", PROSE, per_chapter)
    _chapter(thesis, say, 6, "Konklusjon", PROSE, per_chapter // 3)
    thesis.add("heading", "Referanser")
    for at, entry in enumerate(sorted(references, key=lambda each: each[0][0]), 1):
        thesis.add("entry", _entry(entry, style, at))
    _appendices(thesis, faults=faults)
    return thesis


def _references(rng: random.Random, count: int, style: str) -> list[tuple[list[str], int, str]]:
    references = []
    first = [
        "Kari",
        "Ola",
        "Per",
        "Anne",
        "Marit",
        "Erik",
        "Ingrid",
        "Nils",
        "Sara",
        "Thomas",
        "Hanne",
        "Jan",
        "Paul",
    ]
    for _ in range(count):
        authors = []
        for surname in rng.sample(
            [name.replace("-Dijk", " Dijk") for name in SURNAMES], rng.choice([1, 1, 2, 2, 3])
        ):
            given = rng.choice(first)
            authors.append(
                {
                    "apa": f"{surname}, {given[0]}.",
                    "vancouver": f"{surname} {given[0]}{rng.choice('AEMK')}",
                    "chicago": f"{surname}, {given}",
                }[style]
            )
        references.append((authors, rng.randint(1961, 2022), rng.choice(TITLES)))
    return references


def _entry(reference: tuple[list[str], int, str], style: str, number: int) -> str:
    authors, year, title = reference
    publisher = PUBLISHERS[number % len(PUBLISHERS)]
    journal = JOURNALS[number % len(JOURNALS)]
    if style == "apa":
        names = authors[0] if len(authors) == 1 else ", ".join(authors[:-1]) + " & " + authors[-1]
        doi = f"https://doi.org/10.1177/{1000000 + number * 37}"
        forms = [
            f"{names} ({year}). {title}. {publisher}.",
            f"{names} ({year}). {title}. {journal}, {number % 40}({number % 4 + 1}), {number}–{number + 14}. {doi}",
            f"{names} ({year}). {title}. I R. Tveitebø & {authors[0].split(',')[1].strip()} Solhaugen (Red.), "
            f"Rus i endring (2. utg., s. {number}–{number + 14}). {publisher}.",
            f"{names} ({year}, 12. mars). {title}. Hentet fra https://www.napha.no/artikkel/{number}",
            f"{names} ({year}). {title} [Masteroppgave, Universitetet i Agder]. AURA. http://hdl.handle.net/11250/{2000000 + number}",
            f"{names} ({year}). {title} (FHI-rapport {number}/{year}). Folkehelseinstituttet.",
            f"{names} ({year}) {title}. Oslo: {publisher}",
            f"{names} (red.) ({year}). {title}. {publisher}. ISBN 978-82-15-0{1000 + number}-4.",
        ]
        return forms[number % len(forms)]
    if style == "vancouver":
        forms = [
            f"{', '.join(authors)}. {title}. {journal}. {year};{number % 40}({number % 4 + 1}):{number}-{number + 9}.",
            f"{', '.join(authors)}, et al. {title}. {journal}. {year};{number % 40}:{number}–{number + 9}. doi: 10.1177/{1000000 + number}",
            f"{', '.join(authors)}. {title}. Oslo: {publisher}; {year}.",
            f"{authors[0]}, redaktør. {title} [internett]. Oslo: {publisher}; {year} [hentet {year}-03-12]. Tilgjengelig fra: https://www.napha.no/{number}",
        ]
        return f"{number}. {forms[number % len(forms)]}"
    others = [f"{given} {surname}" for surname, given in (author.split(", ") for author in authors[1:])]
    names = authors[0] if not others else f"{authors[0]} og {' og '.join(others)}"
    forms = [
        f"{names}. {year}. {title}. Oslo: {publisher}.",
        f"{names}. {year}. «{title}». {journal} {number % 40} ({number % 4 + 1}): {number}–{number + 9}.",
        f"{names}. {year}. «{title}». I Rus i endring, redigert av {authors[0].split(', ')[1]} Solhaugen, {number}–{number + 9}. "
        f"{publisher}.",
    ]
    return forms[number % len(forms)]


class _Prose:
    def __init__(self, rng: random.Random, references: list[tuple[list[str], int, str]], style: str) -> None:
        self._rng, self._references, self._style = rng, references, style

    def sentence(self, sentences: list[str]) -> str:
        fields = {}
        for key in ("1", "2", "3"):
            authors, year, _ = self._rng.choice(self._references)
            names = [
                a.split(",")[0] if self._style != "vancouver" else " ".join(a.split()[:-1]) for a in authors
            ]
            joined = (
                names[0]
                if len(names) == 1
                else f"{names[0]} og {names[1]}"
                if len(names) == 2
                else f"{names[0]} m.fl."
            )
            inside = joined.replace(" og ", " & ")
            if self._style == "vancouver":
                number = self._rng.randint(1, len(self._references))
                fields |= {f"n{key}": names[0], f"c{key}": f"{joined} [{number}]", f"p{key}": f"[{number}]"}
            else:
                page = self._rng.choice(["", "", ", s. 45", ", s. 112–113"])
                fields |= {
                    f"n{key}": names[0],
                    f"c{key}": f"{joined} ({year})",
                    f"p{key}": f"{inside}, {year}{page}",
                }
        return self._rng.choice(sentences).format(**fields).replace("([", "[").replace("])", "]")

    def paragraph(self, sentences: list[str]) -> str:
        return " ".join(self.sentence(sentences) for _ in range(self._rng.randint(4, 8)))


def _front(thesis: Thesis, *, faults: bool) -> None:
    for line in (
        "Det helsevitenskapelige fakultet",
        "Veien tilbake",
        "En kvalitativ studie av erfaringer med et lavterskeltilbud",
        "Solveig Brekkhus",
        "Masteroppgave i helsefag, mai 2022",
        "Veileder: Torbjørn Ekrem",
    ):
        thesis.add("title", line)
    thesis.add("heading", "Forord")
    thesis.add(
        "para",
        "Arbeidet med denne oppgaven har vært lærerikt og krevende. Først og fremst vil jeg takke min veileder Torbjørn "
        "Ekrem ved universitetet for kloke råd og grundige tilbakemeldinger gjennom hele prosessen.",
    )
    if faults:
        thesis.add(
            "para",
            "En stor takk til Bente og Roald på værestedet, som åpnet døren og hjalp meg med å få kontakt med deltakerne. "
            "Takk også til Magnhild, som leste korrektur, og til mannen min Sverre for tålmodighet.",
            ("Bente", "name-in-preface"),
            ("Roald", "name-in-preface"),
            ("Magnhild", "name-in-preface"),
            ("Sverre", "name-in-preface"),
        )
    thesis.add("para", "Tromsø, mai 2022")
    thesis.add("para", "Solveig Brekkhus")
    thesis.add("heading", "Sammendrag")
    thesis.add(
        "para",
        "Hensikten med studien er å få økt kunnskap om hvordan mennesker med rusavhengighet opplever et lavterskeltilbud. "
        "Studien er kvalitativ og bygger på intervjuer med seks deltakere.",
    )
    thesis.add("heading", "Innholdsfortegnelse")
    for page, title in enumerate(
        [
            "Forord",
            "Sammendrag",
            "1 Innledning",
            "2 Teoretisk rammeverk",
            "3 Metode",
            "4 Funn",
            "5 Diskusjon",
            "6 Konklusjon",
        ]
    ):
        thesis.add("contents", f"{title} {'.' * 40} {page * 9 + 1}")
    thesis.add("contents", f"Referanser {'.' * 40} 78")


def _chapter(thesis: Thesis, say: _Prose, number: int, title: str, sentences: list[str], words: int) -> None:
    thesis.add("heading", f"{number} {title}")
    done = section = 0
    while done < words:
        if done > section * 900:
            section += 1
            thesis.add("heading", f"{number}.{section} Et delkapittel om temaet")
        text = say.paragraph(sentences)
        thesis.add("para", text)
        done += len(text.split())


def _sample(thesis: Thesis, *, faults: bool) -> None:
    thesis.add("heading", "3.8 Utvalg")
    if faults:
        thesis.add(
            "para",
            "Lydopptakene ble lagret på en kryptert minnepenn, og navnelisten ble oppbevart atskilt fra data.",
        )
        thesis.add(
            "para",
            "Alle sitater er anonymisert før de er tatt inn i oppgaven.",
            ("anonymisert", "anonymous-claim"),
        )
        thesis.add(
            "para",
            "Prosjektet er vurdert av Sikt med referansenummer 482913, og av REK i sak 2021/88417.",
            ("482913", "case-number"),
            ("2021/88417", "case-number"),
        )
    thesis.add("caption", "Tabell 1: Oversikt over deltakerne i utvalget")
    women = ["Kvinne"] if faults else ["Kvinne", "Kvinne", "Kvinne"]
    rows = [["Deltaker", "Kjønn", "Alder", "Rolle"]]
    for at in range(1, 7):
        gender = women[0] if at in ((4,) if faults else (2, 4, 6)) else "Mann"
        role = ["Erfaringskonsulent", "Miljøarbeider", "Likeperson", "Frivillig", "Husvert", "Kokk"][at - 1]
        rows.append([f"Deltaker {at}", gender, "35–45" if at % 2 else "46–55", role])
    thesis.add("table", "1")
    thesis.tables[1] = rows
    if faults:
        thesis.faults.append(Fault("Kvinne", "lone-person"))
        thesis.faults.append(Fault("Deltaker 4", "small-cell"))
    thesis.add("para", "Tabellen viser hvordan utvalget er satt sammen.")


def _findings(thesis: Thesis, say: _Prose, rng: random.Random, words: int, *, faults: bool) -> None:
    thesis.add("heading", "4 Funn")
    planted: list[tuple[str, tuple[tuple[str, str], ...]]] = [
        ("Så ringte jeg til Trude, og hun kom og hentet meg samme kvelden.", (("Trude", "name-in-quote"),)),
        (
            "Æ va så redd at æ ikke turte å gå hjem, å da va det godt å ha nån.",
            (("Æ va så redd", "dialect-in-quote"),),
        ),
        (
            "Kossen min situasjon e no, det e det ikkje mange som veit, æ held det førr mæ sjøl.",
            (("Kossen", "dialect-in-quote"),),
        ),
        ("Jeg vokste opp i Vardø, og der visste jo alle alt om alle sammen.", (("Vardø", "place-in-quote"),)),
        (
            "Jeg har vært rusfri i 18,5 år nå, og det er jeg ganske stolt av.",
            (("rusfri i 18,5 år", "exact-time"),),
        ),
        (
            "Broren min Kåre Fjellstad døde det året, og da gikk det rett i kjelleren.",
            (("Kåre Fjellstad", "name-in-quote"),),
        ),
        (
            "Du kan ringe meg på 485 21 734 når som helst, sa han til meg.",
            (("485 21 734", "contact-in-quote"),),
        ),
        ("Hun het Gunnvor, hun på mottaket, og henne glemmer jeg aldri.", (("Gunnvor", "name-in-quote"),)),
    ]
    done = number = 0
    while done < words or (faults and planted):
        if number % 6 == 0:
            thesis.add("heading", f"4.{number // 6 + 1} Å bli møtt")
        thesis.add(
            "para",
            say.paragraph(["En av deltakerne beskriver hvordan møtet med tilbudet opplevdes.", *PROSE[:4]]),
        )
        quote, found = planted.pop(0) if faults and planted and number % 2 else (rng.choice(QUOTES), ())
        who = rng.randint(1, 6)
        if number % 3 == 0:
            thesis.add("quote", f"«{quote}» (Deltaker {who})", *found)
        elif number % 3 == 1:
            thesis.add("para", f"Deltaker {who} sa det slik: «{quote}» Dette går igjen hos flere.", *found)
        else:
            thesis.add("quote", f"«{quote}»", *found)
        done += len(thesis.blocks[-2][1].split()) + 20
        number += 1


def _appendices(thesis: Thesis, *, faults: bool) -> None:
    thesis.add("heading", "Vedlegg 1: Informasjonsskriv")
    for line in (
        "Vil du delta i forskningsprosjektet «Veien tilbake»?",
        "Dette er et spørsmål til deg om å delta i et forskningsprosjekt hvor formålet er å få kunnskap om lavterskeltilbud.",
        "Hvem er ansvarlig for forskningsprosjektet?",
        "Universitetet er ansvarlig for prosjektet.",
        "Hva innebærer det for deg å delta?",
        "Deltakelsen innebærer et intervju på om lag en time. Det blir gjort lydopptak av intervjuet.",
        "Det er frivillig å delta i prosjektet. Du kan når som helst trekke samtykket tilbake uten å oppgi noen grunn.",
        "På oppdrag fra universitetet har Personverntjenester vurdert at behandlingen av personopplysninger i dette "
        "prosjektet er i samsvar med personvernregelverket.",
        "Vårt personvernombud: personvernombud@universitet.example",
        "Sikt på e-post (personverntjenester@sikt.no) eller på telefon: 53 21 15 00.",
        "Behandlingen er regulert av personvernforordningen (EU) 2016/679.",
    ):
        thesis.add("para", line)
    if faults:
        thesis.add(
            "para",
            "Har du spørsmål, ta kontakt med meg på mobil 948 62 117 eller solveig.b.1987@post.example.",
            ("948 62 117", "phone"),
            ("solveig.b.1987@post.example", "email"),
        )
        thesis.add(
            "para",
            "Veileder kan nås på telefon 960 21 443, e-post torbjorn.ekrem@universitet.example",
            ("960 21 443", "phone"),
            ("torbjorn.ekrem@universitet.example", "email"),
        )
        thesis.add(
            "para",
            "Samtykket returneres til Aslaug Rimstad på kontoret.",
            ("Aslaug Rimstad", "name-in-appendix"),
        )
        thesis.add(
            "para",
            "Alle opplysninger slettes når prosjektet er slutt. Opplysningene anonymiseres når prosjektet avsluttes.",
            ("slettes", "promise"),
        )
        thesis.add("para", "Tittel på prosjektet: [sett inn tittel]", ("[sett inn tittel]", "template"))
    thesis.add("heading", "Vedlegg 2: Intervjuguide")
    for at, line in enumerate(
        (
            "Kan du fortelle om en vanlig dag?",
            "Hvordan opplevde du det første møtet?",
            "Hva betyr tilbudet for deg?",
        ),
        1,
    ):
        thesis.add("para", f"{at}. {line}")
