namespace Vascular.Acquisition.Capture;

/// <summary>Who writes a tape, as its headers say in clear.</summary>
/// <param name="Station">Name of the station, at most 256 bytes of UTF-8.</param>
/// <param name="SoftwareVersion">At most 256 bytes of UTF-8.</param>
public sealed record TapeOrigin(Guid Examination, string Station, string SoftwareVersion);
