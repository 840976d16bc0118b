"""How fast detection is, as ratios measured in one run.

    python benchmarks/detect.py [--words 8000] [--repeat 3] [--stock]

Compared on one invented transcript: the whole detector; the bare language model (``nlp.pipe`` over the turns); with
``--stock`` also Presidio as it comes over a default spaCy CNN (``spacy init config -l nb -p ner -o efficiency``,
untrained weights: speed only), one call for the whole transcript. Further: the time from process start to the first
finding against importing presidio-analyzer and spaCy and loading the model; growth from 10,000 to 200,000 words.
"""

# ruff: noqa: PLC0415 - what is measured is imported where its clock runs

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time

SENTENCES = [
    "",
    "Ja, nei, det var liksom sånn at jeg ikke visste helt hva jeg skulle gjøre.",
    "Vi flytta til Sørlia da jeg var femten, og da var det bare mamma og jeg.",
    "Eg veit ikkje, det var vel kanskje litt for mykje på ein gong.",
    "Hun heter Ragnhild, hun som jobba på kontoret, og hun hjalp meg mye.",
    "Nei, altså, det e jo sånn det e, du må bare stå i det.",
    "Det tok to-tre år før jeg torde å snakke med noen om det.",
    "Jeg ringte dem hver dag i en uke, men ingen tok telefonen.",
    "Han Per sa at vi skulle komme innom, så vi gikk dit på kvelden.",
    "Kan du si litt mer om hvordan det var for deg?",
    "Mm, ja, jeg skjønner.",
    "Og så fikk jeg plass på et sted i Trondheim, og det var egentlig bra.",
    "Vi satt der og drakk kaffe og snakka om alt mulig, det var fint.",
    "Det er det med at man føler seg alene, selv om man har folk rundt seg.",
    "Jeg tenker at det viktigste er at noen ser deg når du har det vondt.",
    "Så kom det brev fra kommunen om at vi måtte møte opp klokka ti.",
    "Mora mi var fra Lofoten og snakket alltid om havet og været.",
    "Ikke sant, og da blir det til at du bare lar være å si noe.",
    "Hva tenker du om det i dag, når du ser tilbake?",
    "Det var mye greier, politi og barnevern og alt sammen, hele pakka.",
    "Jeg har jo lært meg å leve med det, men det sitter i kroppen.",
    "",
]
SENTENCES = [sentence for sentence in SENTENCES if sentence]


def transcript(words: int, seed: int = 7) -> list[str]:
    """Return invented turns of one to six sentences, ``words`` words in all."""
    chance = random.Random(seed)
    turns: list[str] = []
    count = 0
    while count < words:
        turn = " ".join(chance.choice(SENTENCES) for _ in range(chance.choice((1, 1, 2, 3, 4, 6))))
        turns.append(turn)
        count += len(turn.split())
    return turns


def best(repeat: int, work) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def stock_analyzer():
    """Return Presidio with its default recognisers over an untrained default CNN."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from spacy.cli.init_config import init_config

    config = init_config(lang="nb", pipeline=["ner"], optimize="efficiency")
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    for label in ("PER", "LOC", "ORG", "GPE_LOC", "GPE_ORG", "PROD", "EVT", "DRV"):
        nlp.get_pipe("ner").add_label(label)
    nlp.initialize()

    class Given(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "nb", "model_name": "given"}])
            self.nlp = {"nb": nlp}

        def load(self) -> None:
            """Keep what was given."""

        def is_loaded(self) -> bool:
            return True

    engine = Given()
    registry = RecognizerRegistry(supported_languages=["nb"])
    registry.load_predefined_recognizers(languages=["nb"], nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["nb"]), nlp


def start_up() -> tuple[float, float]:
    """Return seconds from process start to the first finding, and to a loaded model."""
    first = "from anonymizer.detect import detect_text; assert detect_text('Jeg heter Kari Nordli.').findings"
    model = "import presidio_analyzer, spacy; from anonymizer.detect.ner import load_ner; load_ner()"
    taken = []
    for code in (first, model):
        taken.append(best(3, lambda code=code: subprocess.run([sys.executable, "-c", code], check=True)))
    return taken[0], taken[1]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=int, default=8000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--stock", action="store_true")
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()

    from anonymizer.data.packs import load_pack
    from anonymizer.detect import Detector
    from anonymizer.detect.ner import load_ner
    from anonymizer.model import Transcript, Turn

    turns = transcript(options.words)
    words = sum(len(turn.split()) for turn in turns)
    whole = Transcript(
        format="txt", turns=tuple(Turn(turn, speaker="IR"[at % 2]) for at, turn in enumerate(turns))
    )
    detector = Detector(load_pack("sikt-base"))
    detector.detect(whole)
    nlp = load_ner()
    list(nlp.pipe(turns))
    rates = {
        "detector": words / best(options.repeat, lambda: detector.detect(whole)),
        "bare model": words / best(options.repeat, lambda: list(nlp.pipe(turns))),
    }
    if options.stock:
        analyzer, cnn = stock_analyzer()
        text = "\n".join(turns)
        rates["stock Presidio"] = words / best(options.repeat, lambda: analyzer.analyze(text, language="nb"))
        rates["bare default CNN"] = words / best(options.repeat, lambda: list(cnn.pipe(turns)))
    for name, rate in rates.items():
        print(f"{name:18} {rate:9,.0f} words/s   detector/{name} = {rates['detector'] / rate:.2f}")
    first, model = start_up()
    print(f"start to first finding {first:.2f} s, imports and model {model:.2f} s, ratio {first / model:.2f}")
    if options.growth:
        for size in (10_000, 50_000, 200_000):
            long = transcript(size)
            one = Transcript(format="txt", turns=tuple(Turn(turn) for turn in long))
            start = time.perf_counter()
            detector.detect(one)
            taken = time.perf_counter() - start
            print(f"{size:8,} words in {len(long):6,} turns: {size / taken:9,.0f} words/s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
