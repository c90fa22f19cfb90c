using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>What a station knows of a protocol besides its codec: the usual line and whether an idle device is silent.</summary>
/// <param name="Name">As in <c>acquisition decode</c>, with the dialect behind it where there are several.</param>
/// <param name="Baud">Usual bit/s of its serial line.</param>
/// <param name="Parity">Usual parity.</param>
/// <param name="Silence">Silence that is worth reporting; null where an idle device says nothing.</param>
/// <param name="Options">Names of the options a device of this protocol may have.</param>
public sealed record DeviceProtocol(string Name, int Baud, SerialParity Parity, TimeSpan? Silence, IReadOnlyList<string> Options)
{
    /// <summary>Largest cuff pressure of the module, mmHg.</summary>
    public const string CuffLimit = "cuff_limit_mmHg";

    /// <summary>Silence of a device that speaks once a second.</summary>
    private static readonly TimeSpan EverySecondSilence = TimeSpan.FromSeconds(5);

    /// <summary>Protocols this version reads.</summary>
    public static IReadOnlyList<DeviceProtocol> All { get; } =
    [
        new("nonin1", 9600, SerialParity.None, EverySecondSilence, []),
        new("nonin2", 9600, SerialParity.None, SupervisedLink.StreamingSilence, []),
        new("nonin7", 9600, SerialParity.None, SupervisedLink.StreamingSilence, []),
        new("nonin8", 9600, SerialParity.None, EverySecondSilence, []),
        new("nonin13", 9600, SerialParity.None, null, []),
        new("contec-v7", 115_200, SerialParity.None, SupervisedLink.StreamingSilence, []),
        new("oximeter-5byte-berry", 115_200, SerialParity.None, SupervisedLink.StreamingSilence, []),
        new("oximeter-5byte-contec", 19_200, SerialParity.Odd, SupervisedLink.StreamingSilence, []),
        new("par", 4800, SerialParity.None, null, [CuffLimit]),
    ];

    /// <summary>Protocols that are known by name and not read yet.</summary>
    public static IReadOnlyList<string> Later { get; } =
        ["pulsesensor", "masimo", "accupulse", "intellivue"];

    /// <returns>Null when no protocol of this version has this name.</returns>
    public static DeviceProtocol? Find(string name) => All.FirstOrDefault(protocol => protocol.Name == name);
}
