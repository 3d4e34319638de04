"""The image and the composition: their form, and that what they name is there. No image is built here."""

import json
import re
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from ordertrail.web.settings import load

ROOT = Path(__file__).resolve().parents[2]
DATABASE = {"ORDERTRAIL_DATABASE": "sqlite:///x.db"}
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with what follows it, its lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_image_is_made_of_what_is_there() -> None:
    found = instructions()
    assert {word for word, _ in found} <= INSTRUCTIONS
    assert found[0][0] == "FROM"
    for word, rest in found:
        if word == "COPY":
            assert all((ROOT / source).exists() for source in rest.split()[:-1]), rest
        if word == "FROM":
            assert re.fullmatch(r"python:3\.\d+-slim( AS wheels)?", rest), rest


def test_the_image_runs_the_service_without_the_rights_of_root() -> None:
    last = dict(instructions())
    assert last["USER"] == "ordertrail"
    assert json.loads(last["CMD"]) == ["ordertrail", "serve"]
    name, _, value = last["ENV"].partition("=")
    assert load({}, {**DATABASE, name: value}).host == "0.0.0.0"
    assert int(last["EXPOSE"]) == load({}, DATABASE).port


def test_the_composition_sets_up_the_service_as_it_can_be() -> None:
    found = yaml.safe_load((ROOT / "compose.yaml").read_text())
    service = found["services"]["service"]
    told = load({}, service["environment"])
    assert (told.workers, told.database.partition("@")[2]) == (2, "database/ordertrail")
    assert set(service["depends_on"]) <= set(found["services"])
    assert {volume.partition(":")[0] for volume in found["services"]["database"]["volumes"]} <= set(found["volumes"])
