namespace Vascular.Acquisition.Examinations;

/// <summary>How far a device has come: what its supervision does next follows from it, and so does what may be shown of it.</summary>
public enum DevicePhase
{
    /// <summary>The line is not open and is being opened.</summary>
    Connecting,

    /// <summary>The line is open, and no whole frame has come over it yet: who is there is not known.</summary>
    Identifying,

    /// <summary>Whole frames come. A device that is silent when idle stays here.</summary>
    Streaming,

    /// <summary>Nothing was heard for the device's silence limit: what it said last is no value of now.</summary>
    Stale,

    /// <summary>The line cannot be opened for a reason that a person has to mend, or what comes over it is no frame of the configured protocol.</summary>
    Faulted,
}
