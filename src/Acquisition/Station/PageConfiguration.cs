namespace Vascular.Acquisition.Station;

/// <summary>The bedside page.</summary>
public sealed record PageConfiguration
{
    public const int DefaultPort = 5080;

    /// <summary>On the loopback interface only, until there are accounts. In use: the next free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>URI of who issues the patient identifiers that are typed at the page; null: the page names no patients, acts from standard input do.</summary>
    public string? PatientSystem { get; init; }
}
