namespace Vascular.Acquisition.Capture;

/// <summary>A tape is damaged in a place where a power cut cannot damage it: nothing is cut, a person must look.</summary>
public sealed class TapeDamagedException : Exception
{
    public TapeDamagedException(TapeFault fault)
        : base($"tape is damaged, {fault}, run 'acquisition verify' and restore the file from a copy") => Fault = fault;

    public TapeFault Fault { get; }
}
