"""NeuroKit2's delineation of the benchmark's signals.

usage: neurokit.py signals.npz out.json

signals.npz holds `signals`, mV, [signals, samples], and `sampleRate`, Hz. Each signal is cleaned, its R peaks found and its waves delineated by the
discrete wavelet transform, all with NeuroKit2's defaults. out.json holds, for each signal, the onsets and offsets of P, QRS and T in ms; null where
a wave was not found, an empty object where the signal as a whole was refused.
"""

import json
import sys
import warnings

import neurokit2 as nk
import numpy as np

warnings.filterwarnings("ignore")

WAVES = ["ECG_P_Onsets", "ECG_P_Offsets", "ECG_R_Onsets", "ECG_R_Offsets", "ECG_T_Offsets"]


def delineate(signal, rate):
    try:
        cleaned = nk.ecg_clean(signal, sampling_rate=rate, method="neurokit")
        _, peaks = nk.ecg_peaks(cleaned, sampling_rate=rate)
        _, waves = nk.ecg_delineate(cleaned, peaks["ECG_R_Peaks"], sampling_rate=rate, method="dwt")
    except Exception:  # it refuses some signals by errors of many kinds
        return {}
    in_ms = lambda sample: None if sample is None or np.isnan(sample) else 1000.0 * float(sample) / rate
    return {name: [in_ms(sample) for sample in waves.get(name, [])] for name in WAVES}


file = np.load(sys.argv[1])
rate = int(file["sampleRate"][0])
with open(sys.argv[2], "w") as out:
    json.dump([delineate(signal, rate) for signal in file["signals"]], out)
print(nk.__version__)
