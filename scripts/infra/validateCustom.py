"""Validates custom resources against the schemas of their definitions, as strictly as Kubernetes validates its own kinds.

Reads a list of {name, schema, object} as JSON from standard input; prints a line for each fault; ends with 1 where there is one. Needs jsonschema,
which kubernetes-validate brings. A definition's schema lets unknown fields pass (the server drops them in silence), so each object with named
properties is closed first.
"""

import json
import sys

from jsonschema import Draft4Validator


def closed(schema):
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(part) for key, part in schema.items()}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields") or schema.get("x-kubernetes-embedded-resource")
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema and not is_open:
        result["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
        result["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    return result


def with_metadata(schema):
    """A definition says of metadata only that it is an object."""
    schema["properties"]["metadata"] = {"type": "object"}
    return schema


faults = 0
for entry in json.load(sys.stdin):
    for error in Draft4Validator(with_metadata(closed(entry["schema"]))).iter_errors(entry["object"]):
        faults += 1
        place = "/".join(str(part) for part in error.absolute_path)
        print(f"{entry['name']}: {place}: {error.message}")
sys.exit(1 if faults else 0)
