"""Serves a GGUF file as an OpenAI-compatible endpoint on a free loopback port, for tests.

    python3 serve.py MODEL KEY

The first line of standard output is the address, printed when the server answers. It ends when its standard
input is closed, so it cannot outlive the test that started it.
"""

import os
import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.model_alias = {"starter"}
params.api_keys = [sys.argv[2]]
params.n_ctx, params.n_parallel, params.kv_unified = 4096, 4, True
# One core stays free: on a busy machine threads that wait for each other cost more than they bring.
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) - 1)
params.ui = False
params.fit_params = False
params.verbosity = 0

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
os._exit(0)
