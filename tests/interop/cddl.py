"""The pages' CDDL (protocol-spec/spec/*.cddl) against the examples of protocol-spec/vectors.

Every valid example must fit the rule of its kind. Of those that are refused, all must break it but for those named
here: what CDDL can't say, or leaves to the prose. Says what is not so, and fails then.
"""

import json
import sys
from pathlib import Path

from cddl_verifier import CBORDecodeError, Validator, schema_diagnostics
from cddl_verifier.cbor import decode

PROTOCOL = Path(__file__).resolve().parents[2] / "protocol-spec"

# Of which file, the page and the rule, and the lists and fields of valid examples.
VALID = [
    ("certificate", "ident", "certificate", ["certificates.encoded", "times.encoded"]),
    ("card", "card", "signed-card", ["cards.encoded", "read.encoded", "times.encoded", "newer.newer", "newer.older"]),
    ("card", "card", "card", ["cards.payload"]),
    ("catalogue", "media", "catalogue", ["catalogues.encoded", "read.encoded"]),
    ("chunk", "media", "chunk-header", ["chunks.encoded"]),
    ("keys", "keys", "pass", ["trees.passes.encoded"]),
    ("object", "object", "object-header", [
        "objects.encoded", "objects.header", "not_opened.encoded", "cut.encoded", "streams.objects",
    ]),
    ("control", "control", "message", ["messages.encoded", "read.encoded"]),
    ("control", "control", "newer-message", ["unknown.encoded"]),
    ("mesh", "mesh", "mesh-message", ["messages.encoded", "read.encoded"]),
    ("talk", "talk", "bulletin", ["bulletins.encoded", "read.encoded"]),
    ("report", "report", "report", ["reports.encoded", "read.encoded", "sealed.report"]),
]

# What only a reader of the prose refuses: one encoding of several, keys and signatures, numbers that are compared.
BEYOND = {
    ("certificate", "certificate"): {
        "an array of indefinite length", "a header in another order", "claims in another order",
        "a longer form of a time", "a session key of small order", "a room key of small order",
        "a session key that is no point", "a span of nothing", "an end before the start",
        "a second more than 31 days", "one bit of the signature changed", "signed by another room",
        "signed by the session itself", "signed as a card", "an S that is not below the group's order",
    },
    ("card", "signed-card"): {
        "17 arrays and maps in one another", "a certificate of another session",
        "a certificate that another room signed", "a description of 2001 characters", "a language of 37 characters",
        "a longer form of an integer",
        "a longer form of an integer, and a signature changed: the encoding goes first", "a tag twice",
        "a text of indefinite length", "it ends as it begins", "it ends before it begins",
        "it lives for a day and a millisecond", "keys in another order", "one bit of the signature changed",
        "one bit of the title changed", "open, with a price", "signed as a certificate", "signed by the room key",
        "the certificate's signature changed", "two tracks of the same name",
    },
    ("catalogue", "catalogue"): {
        "a name twice",
    },
    ("chunk", "chunk-header"): {
        "an indefinite length", "an integer longer than it needs to be", "no payload",
    },
    ("keys", "pass"): {
        "a seed above another", "a seed below another", "an index that the level does not have", "not in order",
        "the same seed twice", "two seeds that are the children of one",
    },
    ("object", "object-header"): {
        "a bit of the sealed payload flipped", "a bit of the signature flipped", "a bit of the time flipped",
        "a byte more", "a room of small order", "a sequence in two bytes where one is enough",
        "an array without its length", "another room", "signed by another key", "signed by the room's key itself",
        "signed in another context", "the header alone", "without its last byte",
    },
    ("control", "message"): {
        "a pass that is none", "a room that is no key",
    },
    ("mesh", "mesh-message"): set(),
    ("talk", "bulletin"): {"another picture than the digest names"},
    ("report", "report"): {"longer than 8192 bytes"},
}

# In these, bytes follow the CBOR.
HEADS = {"chunk-header", "object-header"}


def examples(value, path):
    """What stands at the end of a path, in each item of the lists on the way, with what it is called."""
    name, _, rest = path.partition(".")
    for item in value[name]:
        if "." in rest:
            yield from examples(item, rest)
        else:
            what = item.get("why") or item.get("what") or json.dumps(item.get("message", item))
            for text in item[rest] if isinstance(item[rest], list) else [item[rest]]:
                yield what, text


def head(data):
    """The first CBOR item."""
    try:
        decode(data)
    except CBORDecodeError as error:
        if "Trailing data" in str(error):
            return data[:error.offset]
    return data


def fits(validator, rule, text):
    data = bytes.fromhex(text)
    return validator.validate(head(data) if rule in HEADS else data, root_type=rule)


def complaints():
    for page in sorted((PROTOCOL / "spec").glob("*.cddl")):
        for problem in schema_diagnostics(page, strict_modules=True):
            yield f"{page.name}, line {problem.line}: {problem.message}"
    for name, page, rule, paths in VALID:
        validator = Validator(PROTOCOL / "spec" / f"{page}.cddl", strict_modules=True)
        vectors = json.loads((PROTOCOL / "vectors" / f"{name}.json").read_text())
        for path in paths:
            for what, text in examples(vectors, path):
                result = fits(validator, rule, text)
                if not result:
                    yield f"{name}.json, {path}, {what}: {result.errors}"
        if (name, rule) not in BEYOND:
            continue
        taken = {why for why, text in examples(vectors, "refused.encoded") if fits(validator, rule, text)}
        for why in sorted(taken ^ BEYOND[name, rule]):
            yield f"{name}.json, refused, {why}: the CDDL {'takes' if why in taken else 'refuses'} it"


def main():
    found = list(complaints())
    for complaint in found:
        print(complaint)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
