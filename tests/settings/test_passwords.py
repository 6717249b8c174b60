"""Passwords are read from a file that is private, and are told nowhere."""

import os
from pathlib import Path

import pytest

from scanner.errors import ConfigError
from scanner.settings.passwords import read_passwords


@pytest.fixture
def file(tmp_path):
    def write(content, mode=0o600):
        path = tmp_path / "passwords"
        path.write_bytes(content)
        path.chmod(mode)
        return path

    return write


def _message(path):
    with pytest.raises(ConfigError) as caught:
        read_passwords(path)
    return str(caught.value)


def test_each_line_is_a_password_and_blanks_belong_to_it(file):
    content = "\ufefftest\r\n\n blank \nSchlüssel\ntest\nlast\x85one".encode()

    assert read_passwords(file(content)) == ("test", " blank ", "Schlüssel", "last\x85one")
    assert read_passwords(file(b"")) == ()


@pytest.mark.skipif(os.name != "posix", reason="only there files have such modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666, 0o777, 0o610])
def test_a_file_that_others_may_read_or_write_is_refused(file, mode):
    path = file(b"hunter2", mode)
    said = _message(path)

    assert f"others may read or write the passwords; run: chmod 600 {path}" in said
    assert said.count("chmod") == 1
    assert "hunter2" not in said


def test_what_is_wrong_is_said_without_what_is_in_the_file(file, tmp_path):
    assert "passwords cannot be read: No such file or directory" in _message(tmp_path / "none")
    assert "passwords cannot be read: Is a directory" in _message(tmp_path)
    assert "not a regular file; these are no passwords" in _message(Path("/dev/null"))
    assert "over 65,536 bytes" in _message(file(b"x" * 70_000))
    assert _message(file(b"hunter2\n\xff\xfe")).endswith("the passwords are not UTF-8 text")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_refused(file):
    path = file(b"hunter2")
    os.chown(path, 65534, 65534)

    assert "belongs to user 65534" in _message(path)
