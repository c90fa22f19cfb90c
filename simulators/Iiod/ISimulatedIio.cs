namespace Vascular.Simulators.Iiod;

/// <summary>A device of a simulated board, as Linux's industrial I/O shows it.</summary>
public interface ISimulatedIio
{
    /// <summary>The driver's name.</summary>
    string DriverName { get; }

    /// <summary>What the board's description calls this one; null where it does not.</summary>
    string? Label { get; }

    /// <summary>In the order of the context: a channel's place is its bit in a mask.</summary>
    IReadOnlyList<SimulatedIioChannel> Channels { get; }

    /// <summary>Samples a second of its buffer; 0: it has none.</summary>
    int SamplesPerSecond { get; }

    /// <summary>An attribute as its file in sysfs reads, without the line end; null when there is no such attribute.</summary>
    string? Read(string channel, string attribute, long atNs);

    /// <summary>Error number with which the driver answers for an attribute it has, below 0; 0: it gives the value.</summary>
    int Refusal(string channel, string attribute) => 0;

    /// <summary>Writes one channel of a sample.</summary>
    /// <param name="number">Of the sample, from the board's start.</param>
    /// <param name="first">The channel is the first of those that are enabled.</param>
    /// <param name="element">Its bytes, 0 so far.</param>
    void Sample(SimulatedIioChannel channel, long number, bool first, Span<byte> element);
}

/// <summary>A channel.</summary>
/// <param name="Id">For instance <c>voltage0</c>.</param>
/// <param name="ScanIndex">Its place in a sample.</param>
/// <param name="Format">How it stands in a sample, for instance <c>le:S16/16&gt;&gt;0</c>; null where it is not sampled.</param>
/// <param name="Bytes">Of its element.</param>
/// <param name="ScanScale">As the context says it; null where it does not.</param>
/// <param name="Attributes">Names and files.</param>
public sealed record SimulatedIioChannel(string Id, int ScanIndex, string? Format, int Bytes, string? ScanScale, params IReadOnlyList<(string Name, string File)> Attributes);
