namespace Vascular.Acquisition.Archive.Returned;

/// <summary>What an object that goes back to the archive is.</summary>
public enum ReturnedKind
{
    /// <summary>Indices, pressures and oxygen: Comprehensive SR, TID 1500.</summary>
    Measurements,

    /// <summary>One digit's trace: Arterial Pulse Waveform.</summary>
    PulseWaveform,

    /// <summary>The report for people: Encapsulated PDF.</summary>
    Document,

    /// <summary>Objects of this examination were of another patient: Key Object Selection, rejected for patient safety.</summary>
    Rejection,
}

/// <summary>An object as it is stored in an archive: who it is, and its DICOM file.</summary>
/// <remarks>Its identifiers are made of examination, binding, version and kind, so that the same result is the same object however often it is sent.</remarks>
public sealed record ReturnedObject(ReturnedKind Kind, string SopClass, string Study, string Series, string Instance, int ResultVersion, ReadOnlyMemory<byte> File);
