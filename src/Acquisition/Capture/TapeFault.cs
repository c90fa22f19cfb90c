namespace Vascular.Acquisition.Capture;

/// <summary>What is wrong with a tape, and where.</summary>
/// <param name="File">Name of the file inside the tape's folder.</param>
/// <param name="Offset">First byte of the record in that file.</param>
/// <param name="Record">Index of the record in its segment, from 0.</param>
/// <param name="What">For people.</param>
public sealed record TapeFault(string File, long Offset, long Record, string What)
{
    public override string ToString() => $"{File}: record {Record} at byte {Offset}: {What}";
}
