"""The frames of a DICOM file to arrays with pydicom: the yardstick of the DICOMweb client.

frames_pydicom.py FILE ROUNDS prints one JSON line: seconds of the wall of the fastest round, the handler that decoded, the SHA-256 of all frames, little endian.
Each round opens the file anew, as each round of the client asks the archive anew.
"""
import hashlib
import json
import sys
import time

import pydicom

path, rounds = sys.argv[1], int(sys.argv[2])
fastest, used, array = float("inf"), None, None
# pydicom has a choice for run-length; the faster one counts
for handler in ("numpy", "rle", "gdcm"):
    try:
        for _ in range(rounds):
            began = time.perf_counter()
            data = pydicom.dcmread(path)
            data.convert_pixel_data(handler)
            pixels = data.pixel_array
            seconds = time.perf_counter() - began
            if seconds < fastest:
                fastest, used, array = seconds, handler, pixels
    except (NotImplementedError, RuntimeError, AttributeError):
        continue
print(json.dumps({"wall_s": fastest, "handler": used, "frames": len(array), "sha256": hashlib.sha256(array.astype("<u2").tobytes()).hexdigest()}))
