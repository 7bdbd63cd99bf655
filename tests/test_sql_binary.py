"""Functions over bytes: hashes, their texts, numbers as bytes."""

# ruff: noqa: E501 (one row, one line; letters of every kind)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_world import World

from datasette_access_monitoring.errors import QueryError
from datasette_access_monitoring.sql.udf import binary

# expression, value as text (None is NULL)
VALUES: list[tuple[str, str | None]] = [
    ("to_utf8('hé')", "68 c3 a9"), ("to_utf8('')", ""), ("to_utf8(NULL)", None), ("from_utf8(to_utf8('hé有💰'))", "hé有💰"), ("from_utf8(NULL)", None), ("from_utf8(from_hex(''))", ""),
    ("from_utf8(from_hex('58BF'))", "X\ufffd"), ("from_utf8(from_hex('58DF'))", "X\ufffd"), ("from_utf8(from_hex('58F7'))", "X\ufffd"), ("from_utf8(from_hex('EDA080'))", "\ufffd"),
    ("from_utf8(from_hex('C08041'))", "\ufffdA"), ("from_utf8(from_hex('E28241'))", "\ufffdA"), ("from_utf8(from_hex('F8808080804180'))", "\ufffdA\ufffd"), ("from_utf8(from_hex('FFFE'))", "\ufffd\ufffd"),
    ("from_utf8(from_hex('58BF'), '#')", "X#"), ("from_utf8(from_hex('58BF'), 35)", "X#"), ("from_utf8(from_hex('58BF'), '')", "X"), ("from_utf8(from_hex('58'), NULL)", None),
    ("to_hex(to_utf8('hé'))", "68C3A9"), ("to_hex(from_hex(''))", ""), ("to_hex(NULL)", None), ("from_hex('0aFf')", "0a ff"), ("from_hex(to_utf8('0A'))", "0a"), ("from_hex(NULL)", None),
    ("to_base64(to_utf8('ab'))", "YWI="), ("to_base64(from_hex(''))", ""), ("to_base64(from_hex('fbff'))", "+/8="), ("to_base64url(from_hex('fbff'))", "-_8="),
    ("from_base64('YWI=')", "61 62"), ("from_base64('YWI')", "61 62"), ("from_base64('YQ==')", "61"), ("from_base64('YQ')", "61"), ("from_base64('YR==')", "61"), ("from_base64('')", ""), ("from_base64(to_utf8('YWI='))", "61 62"),
    ("from_base64url('-_8=')", "fb ff"), ("from_base64url('-_8')", "fb ff"), ("from_base64(NULL)", None),
    ("to_base32(to_utf8('hello'))", "NBSWY3DP"), ("to_base32(to_utf8('a'))", "ME======"), ("from_base32('ME======')", "61"), ("from_base32('ME')", "61"), ("from_base32('')", ""), ("to_base32(NULL)", None),
    ("to_hex(md5(to_utf8('')))", "D41D8CD98F00B204E9800998ECF8427E"), ("to_hex(md5(to_utf8('hashme')))", "533F6357E0210E67D91F651BC49E1278"),
    ("to_hex(sha1(to_utf8('')))", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"), ("to_hex(sha1(to_utf8('hashme')))", "FB78992E561929A6967D5328F49413FA99048D06"),
    ("to_hex(sha256(to_utf8('abc')))", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
    ("substr(to_hex(sha512(to_utf8('abc'))), 1, 16)", "DDAF35A193617ABA"), ("md5(NULL)", None), ("sha256(NULL)", None),
    ("to_hex(hmac_md5(to_utf8('Hi There'), from_hex('0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b')))", "9294727A3638BB1C13F48EF8158BFC9D"),
    ("to_hex(hmac_sha1(to_utf8('what do ya want for nothing?'), to_utf8('Jefe')))", "EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79"),
    ("to_hex(hmac_sha256(to_utf8('what do ya want for nothing?'), to_utf8('Jefe')))", "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"),
    ("substr(to_hex(hmac_sha512(to_utf8('what do ya want for nothing?'), to_utf8('Jefe'))), 1, 16)", "164B7A7BFCF819E2"), ("hmac_sha256(NULL, to_utf8('a'))", None), ("hmac_md5(to_utf8('a'), NULL)", None),
    ("crc32(to_utf8('CRC me!'))", "38028046"), ("crc32(to_utf8(''))", "0"), ("crc32(NULL)", None),
    ("to_big_endian_64(258)", "00 00 00 00 00 00 01 02"), ("to_big_endian_64(-1)", "ff ff ff ff ff ff ff ff"), ("to_big_endian_32(258)", "00 00 01 02"), ("to_big_endian_32(-2147483648)", "80 00 00 00"),
    ("from_big_endian_64(from_hex('ffffffffffffffff'))", "-1"), ("from_big_endian_32(from_hex('7fffffff'))", "2147483647"), ("from_big_endian_64(NULL)", None), ("to_big_endian_64(NULL)", None), ("from_big_endian_32(NULL)", None), ("to_big_endian_32(NULL)", None),
    ("to_ieee754_64(1.5E0)", "3f f8 00 00 00 00 00 00"), ("from_ieee754_64(from_hex('3ff8000000000000'))", "1.5"), ("from_ieee754_64(from_hex('7ff0000000000000'))", "Infinity"), ("to_ieee754_64(NULL)", None), ("from_ieee754_64(NULL)", None),
    ("length(to_utf8('é'))", "2"), ("length(from_hex(''))", "0"), ("reverse(from_hex('0102'))", "02 01"), ("reverse(from_hex(''))", ""),
    ("substr(to_utf8('hello'), 2)", "65 6c 6c 6f"), ("substr(to_utf8('hello'), 2, 2)", "65 6c"), ("substr(to_utf8('hello'), -2)", "6c 6f"), ("substr(to_utf8('hello'), -2, 1)", "6c"), ("substr(to_utf8('hello'), 0)", ""), ("substr(to_utf8('hello'), 9)", ""), ("substr(to_utf8('hello'), -9)", ""), ("substr(to_utf8('hello'), 1, -1)", ""),
    ("to_utf8('a') || to_utf8('b')", "61 62"), ("concat(to_utf8('a'), from_hex(''), from_hex('00'))", "61 00"), ("to_utf8('a') || CAST(NULL AS varbinary)", None), ("to_utf8('a') || to_utf8('b') = from_hex('6162')", "true"),
    ("lpad(from_hex('01'), 3, from_hex('ab'))", "ab ab 01"), ("rpad(from_hex('01'), 4, from_hex('abcd'))", "01 ab cd ab"), ("lpad(from_hex('0102'), 1, from_hex('ab'))", "01"), ("lpad(from_hex('01'), NULL, from_hex('ab'))", None),
    ("to_utf8('a') < to_utf8('b')", "true"), ("to_utf8('a') = to_utf8('A')", "false"),
]  # fmt: skip

# expression, error message
ERRORS: list[tuple[str, str]] = [
    ("from_hex('f')", "invalid input length 1"), ("from_hex('é1')", "invalid input length 3"), ("from_hex('fg')", 'not a hexadecimal digit: "g" = 103'), ("from_hex(' f')", 'not a hexadecimal digit: " " = 32'),
    ("from_base64('A')", "Illegal base64 text: a wrong character, or a wrong ending"), ("from_base64('YQ=')", "Illegal base64 text: a wrong character, or a wrong ending"),
    ("from_base64('YW I=')", "Illegal base64 text: a wrong character, or a wrong ending"), ("from_base64('-_8=')", "Illegal base64 text: a wrong character, or a wrong ending"),
    ("from_base64url('+/8=')", "Illegal base64 character: + and / are written - and _"),
    ("from_base32('1=')", "Invalid input length 1"), ("from_base32('me')", "Unrecognized character: m"), ("from_base32('M1')", "Unrecognized character: 1"),
    ("from_utf8(from_hex('58BF'), 'ab')", "Replacement character string must empty or a single character"), ("from_utf8(from_hex('58BF'), 55296)", "Invalid replacement character"), ("from_utf8(from_hex('58'), 1114112)", "Invalid replacement character"),
    ("from_big_endian_64(from_hex('00'))", "expected 8-byte input, but got instead: 1"), ("from_big_endian_32(from_hex(''))", "expected 4-byte input, but got instead: 0"), ("from_ieee754_64(from_hex('00'))", "Input floating-point value must be exactly 8 bytes long"),
    ("from_ieee754_64(from_hex('7ff8000000000000'))", "the result is NaN: not supported"), ("hmac_md5(to_utf8('a'), from_hex(''))", "Empty key"),
    ("lpad(from_hex('01'), 3, from_hex(''))", "Padding bytes must not be empty"), ("rpad(from_hex('01'), -1, from_hex('00'))", "Target length must be in the range [0..2147483647]"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_function_has_trinos_value(world: World, expression: str, value: str | None) -> None:
    assert world.value(expression) == value


@pytest.mark.parametrize(("expression", "message"), ERRORS)
def test_a_function_fails_as_in_trino(world: World, expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        world.value(expression)
    assert caught.value.message == message


def test_bytes_and_texts_do_not_meet(world: World) -> None:
    with pytest.raises(QueryError, match="Cannot apply operator"):
        world.value("to_utf8('a') = 'a'")
    with pytest.raises(QueryError, match="Unexpected parameters"):
        world.value("to_utf8('a') || 'a'")


@given(st.binary())
def test_encodings_read_what_they_write(octets: bytes) -> None:
    for name in ("hex", "base64", "base64url", "base32"):
        write, read = (
            binary.FUNCTIONS[f"trino_to_{name}", 1],
            binary.FUNCTIONS[f"trino_from_{name}", 1],
        )
        assert read(write(octets)) == octets
        assert read(write(octets).encode()) == octets


@given(st.binary(), st.text(max_size=5))
def test_text_in_utf8_is_found_whatever_stands_before(octets: bytes, text: str) -> None:
    before = binary.from_utf8(octets + b"A")
    assert binary.from_utf8(octets + b"A" + text.encode()) == before + text
    assert binary.from_utf8(text.encode()) == text
