"""The YAML language server, as an editor speaks with it: open a plan, hear what is wrong with it, ask what may stand here."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

FOLDER = Path(__file__).parent
PROGRAM = FOLDER / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
_settings = {"yaml": {"validate": True, "completion": True, "schemaStore": {"enable": False}, "schemas": {}}}


class LanguageServer:
    """`with LanguageServer() as server`: one process over its standard streams."""

    def __enter__(self) -> "LanguageServer":
        self._process = subprocess.Popen(["node", PROGRAM, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        # a server that says nothing must not keep the tests waiting for ever
        self._patience = Timer(120, self._process.kill)
        self._patience.start()
        self._number = 0
        able = {"workspace": {"configuration": True}, "textDocument": {"publishDiagnostics": {}}}
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": able})
        self.tell("initialized", {})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._patience.cancel()
        self._process.kill()
        self._process.communicate()

    def problems(self, file: Path) -> list[str]:
        """What the editor underlines in a file, by line."""
        self._open(file)
        while True:
            message = self._read()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == file.as_uri():
                found = message["params"]["diagnostics"]
                return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in found]

    def completions(self, file: Path, line: int, column: int) -> dict[str, str]:
        """What may be typed at a place, counted from 1, and what is said of it."""
        self._open(file)
        place = {"line": line - 1, "character": column - 1}
        found = self.ask("textDocument/completion", {"textDocument": {"uri": file.as_uri()}, "position": place})
        return {each["label"]: _plain(each.get("documentation", "")) for each in found["items"]}

    def ask(self, method: str, what: Mapping[str, Any]) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": what})
        while (message := self._read()).get("id") != self._number or "method" in message:
            pass
        return message["result"]

    def tell(self, method: str, what: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": what})

    def _open(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | dict(message)).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        """The next message; the server's questions about settings are answered on the way."""
        assert self._process.stdout
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if "id" in message and "method" in message:
            sections = message.get("params", {}).get("items", [])
            answer = [_settings.get(each.get("section", ""), {}) for each in sections] if sections else None
            self._send({"id": message["id"], "result": answer})
        return message


def _plain(words: Any) -> str:
    return words["value"] if isinstance(words, dict) else str(words)
