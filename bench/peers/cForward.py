"""CPU seconds of the C prototype's forward solve: `cForward.py FOLDER SOLVES`; FOLDER holds libk.so, mesh.npz and sources.npz."""
import ctypes
import sys
import time

import numpy as np

folder, solves = sys.argv[1], int(sys.argv[2])
lib = ctypes.CDLL(f"{folder}/libk.so")
double, pointer = ctypes.c_double, ctypes.c_void_p
lib.k_new.restype = lib.k_tau.restype = pointer
lib.k_cold.restype = double


def at(array):
    return array.ctypes.data_as(pointer)


mesh, sources = np.load(f"{folder}/mesh.npz"), np.load(f"{folder}/sources.npz")
points = np.ascontiguousarray(mesh["X"], float)
tets = np.ascontiguousarray(mesh["T"], np.int32)
fibres = np.ascontiguousarray(mesh["f"], float)
depth = np.ascontiguousarray(mesh["dend"], float)
leads = np.ascontiguousarray(mesh["b"][[0, 1, 6, 7, 8, 9, 10, 11]].T, np.float32)
places, times = np.ascontiguousarray(sources["x"], float), np.ascontiguousarray(sources["t"], float)
nodes, held = len(points), np.zeros(len(times), np.int32)
heart = pointer(lib.k_new(nodes, len(tets), at(points), at(tets), at(fibres), at(depth)))
tau = np.ctypeslib.as_array(ctypes.cast(lib.k_tau(heart), ctypes.POINTER(double)), (nodes,))
samples, step, start = 130, 0.25, -1.0
bins = int((samples + 40) / step)
histogram, ecg = np.empty((bins, 8)), np.empty((samples, 8))
seconds = []
for _ in range(solves + 1):
    began = time.process_time()
    lib.k_sources(heart, len(times), at(places), at(times), at(held), 1)
    lib.k_cold(heart)
    lib.k_bin(nodes, 8, at(leads), at(tau), bins, double(start), double(step), 1, at(histogram))
    lib.k_conv(8, bins, double(start), double(step), at(histogram), samples, double(1), double(1), double(57.5), at(ecg))
    seconds.append(time.process_time() - began)
np.save(f"{folder}/out.npy", tau)
print(f"cpu_s {np.median(seconds[1:]):.6f}")
