namespace Vascular.Simulators.Wire;

/// <summary>Where hosts find one device, or several behind one daemon.</summary>
public interface IRunEnd : IDisposable
{
    /// <summary>A host is there.</summary>
    bool HasHost { get; }

    /// <summary>When it has something to say; null while it has not.</summary>
    long? NextAtNs { get; }

    /// <summary>Sees who came, who left, and what they said.</summary>
    void Look(long nowNs);

    /// <summary>Says what is due at this time.</summary>
    void Speak(long atNs);
}
