"""Serve a GGUF file with llama.cpp's own OpenAI-compatible server: `python -m tests.intent.llama_server FILE` prints its address."""

import signal
import sys

import xllamacpp


def main(path: str) -> None:
    """Serve on a free port of loopback until this process is ended."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx = 16_384
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.use_jinja = True
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    signal.pause()


if __name__ == "__main__":
    main(sys.argv[1])
