namespace Vascular.Simulators.Checks;

/// <summary>Every protocol that can be checked.</summary>
public static class ProtocolChecks
{
    /// <summary>Words of the protocols.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "nonin1", "nonin2", "nonin7", "nonin8", "nonin13", "contec-v7", "oximeter-5byte-berry", "oximeter-5byte-contec", "pulsesensor", "masimo", "par", "accupulse", "tcm4-iiod",
        "intellivue", "pcd01",
    ];

    /// <param name="datagrams">The line carries datagrams, each after its length.</param>
    /// <param name="inflates">A cuff may be inflated.</param>
    /// <exception cref="KeyNotFoundException">There is no such protocol.</exception>
    public static ProtocolCheck Make(string name, bool datagrams = false, bool inflates = false) => name switch
    {
        "nonin1" => new NoninSecondCheck(1),
        "nonin8" => new NoninSecondCheck(8),
        "nonin2" => new NoninStreamCheck(2),
        "nonin7" => new NoninStreamCheck(7),
        "nonin13" => new NoninSpotCheck(),
        "contec-v7" => new ContecCheck(),
        "oximeter-5byte-berry" => new FiveByteCheck(berry: true),
        "oximeter-5byte-contec" => new FiveByteCheck(berry: false),
        "pulsesensor" => new PulseSensorCheck(),
        "masimo" => new MasimoCheck(),
        "par" => new ParCheck(inflates),
        "accupulse" => new AccuPulseCheck(),
        "tcm4-iiod" => new IiodCheck(),
        "intellivue" => new IntelliVueCheck(serial: !datagrams),
        "pcd01" => new Pcd01Check(),
        _ => throw new KeyNotFoundException($"no protocol '{name}'; there are {string.Join(", ", Names)}"),
    };

    /// <summary>Rules of a protocol, those of datagrams behind those of a stream.</summary>
    public static IReadOnlyList<CheckRule> RulesOf(string name) => [.. Make(name).Rules.Concat(Make(name, datagrams: true).Rules).DistinctBy(rule => rule.Id)];

    /// <summary>Seconds after which every rule that can be looked at has been.</summary>
    public static double SecondsFor(string name, bool inflates = false) => name switch
    {
        "nonin13" or "tcm4-iiod" => 30,
        "par" => inflates ? 120 : 20,
        "pcd01" => 30,
        _ => 15,
    };
}
