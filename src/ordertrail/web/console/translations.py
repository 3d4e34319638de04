"""The messages of the console in each language that it speaks: gettext catalogues, read when first asked for."""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""The languages, each by the name that its speakers give it."""

SOURCE = "en"
"""The language in which messages and the record are written."""


@lru_cache
def translations(language: str) -> NullTranslations:
    """The messages in a language."""
    if language == SOURCE:
        return NullTranslations()
    text = files("ordertrail.web.console").joinpath("languages", f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
