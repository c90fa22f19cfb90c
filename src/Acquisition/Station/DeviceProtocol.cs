using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>What a station must know of a protocol before it has a codec for it: the usual line and whether an idle device is silent.</summary>
/// <param name="Name">As in <c>acquisition decode</c>.</param>
/// <param name="Baud">Usual bit/s of its serial line.</param>
/// <param name="Parity">Usual parity.</param>
/// <param name="Silence">Silence that is worth reporting; null where an idle device says nothing.</param>
/// <param name="Options">Names of the options a device of this protocol may have.</param>
public sealed record DeviceProtocol(string Name, int Baud, SerialParity Parity, TimeSpan? Silence, IReadOnlyList<string> Options)
{
    /// <summary>Largest cuff pressure of the module, mmHg.</summary>
    public const string CuffLimit = "cuff_limit_mmHg";

    /// <summary>Which of the five-byte layouts the oximeter speaks.</summary>
    public const string Dialect = "dialect";

    private static readonly TimeSpan? Streams = SupervisedLink.StreamingSilence;

    // one message a second: two lost ones are not yet a silence
    private static readonly TimeSpan? OncePerSecond = TimeSpan.FromSeconds(5);

    /// <summary>Protocols whose devices hang on a link of the station.</summary>
    public static IReadOnlyList<DeviceProtocol> All { get; } =
    [
        new("nonin1", 9600, SerialParity.None, OncePerSecond, []),
        new("nonin2", 9600, SerialParity.None, Streams, []),
        new("nonin7", 9600, SerialParity.None, Streams, []),
        new("nonin8", 9600, SerialParity.None, OncePerSecond, []),
        new("nonin13", 9600, SerialParity.None, null, []),
        new("contec-v7", 115200, SerialParity.None, Streams, []),
        new("oximeter-5byte", 115200, SerialParity.None, Streams, [Dialect]),
        new("pulsesensor", 115200, SerialParity.None, Streams, []),
        new("masimo", 9600, SerialParity.None, OncePerSecond, []),
        new("par", 4800, SerialParity.None, null, [CuffLimit]),
        new("accupulse", 9600, SerialParity.None, null, []),
        new("intellivue", 115200, SerialParity.None, OncePerSecond, []),
    ];

    /// <returns>Null when no protocol has this name.</returns>
    public static DeviceProtocol? Find(string name) => All.FirstOrDefault(protocol => protocol.Name == name);
}
