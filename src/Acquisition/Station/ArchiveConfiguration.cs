namespace Vascular.Acquisition.Station;

/// <summary>The archive of angiograms: an Orthanc that the station runs itself, or any DICOMweb server.</summary>
public sealed record ArchiveConfiguration
{
    public const int DefaultHttpPort = 18942;
    public const int DefaultDicomPort = 14942;
    public const string DefaultAeTitle = "VASCULAR";

    /// <summary>True: the station starts Orthanc, keeps it running, and makes its configuration and secrets.</summary>
    public bool Embedded { get; init; } = true;

    /// <summary>DICOMweb root of a site's server. Null with the embedded archive.</summary>
    public Uri? Url { get; init; }

    /// <summary>REST root of the same server where it is an Orthanc: its list of changes is read then. Null: the server is asked again and again what it holds.</summary>
    public Uri? OrthancUrl { get; init; }

    /// <summary>Our user and password to a site's server. Null: none are said.</summary>
    public ArchiveLogin? Login { get; init; }

    /// <summary>PEM file of the authority a site's server comes from, absolute. Null: those this machine trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>How often a site's server is asked what is new.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The embedded archive's AE title.</summary>
    public string AeTitle { get; init; } = DefaultAeTitle;

    /// <summary>In use: the next free one.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>In use: the next free one, said loudly, since senders are configured with it.</summary>
    public int DicomPort { get; init; } = DefaultDicomPort;

    /// <summary>True: senders on other machines may reach it. False: a peer on another machine is refused by the configuration.</summary>
    public bool Network { get; init; }

    /// <summary>DIMSE over TLS, with certificates of the station's own authority on both sides.</summary>
    public bool Tls { get; init; }

    /// <summary>Who may speak DICOM to the embedded archive; everyone else is refused.</summary>
    public IReadOnlyList<DicomPeer> Peers { get; init; } = [];

    /// <summary>A study is read when nothing came for so long.</summary>
    public TimeSpan Stable { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Name of the peer that answers worklist queries (of the site's Orthanc where <see cref="OrthancUrl"/> is set); null: orders are typed.</summary>
    public string? WorklistFrom { get; init; }

    /// <summary>Scheduled Station AE Title that worklist queries ask for; null: of any station.</summary>
    public string? WorklistStation { get; init; }

    /// <summary>True: results go back to the archive as DICOM objects.</summary>
    public bool GiveBack { get; init; }

    /// <summary>What modalities write as Issuer of Patient ID for the identifiers this station uses; null: nothing of their own.</summary>
    public string? Issuer { get; init; }

    public bool Equals(ArchiveConfiguration? other) => other is not null && other.Peers.SequenceEqual(Peers) && Bare == other.Bare;

    public override int GetHashCode() => Bare.GetHashCode();

    private (bool, Uri?, Uri?, ArchiveLogin?, string?, TimeSpan, (string, int, int, bool, bool, TimeSpan), string?, string?, string?, bool) Bare =>
        (Embedded, Url, OrthancUrl, Login, AuthorityFile, Every, (AeTitle, HttpPort, DicomPort, Network, Tls, Stable), WorklistFrom, WorklistStation, Issuer, GiveBack);
}

/// <summary>A DICOM node the embedded archive speaks with.</summary>
/// <param name="Name">Ours for it; with TLS also the name of its certificate.</param>
/// <param name="Host">Where it calls from, and where it is called.</param>
/// <param name="Port">Where it listens; 0: it is never called.</param>
/// <param name="Store">May store studies here.</param>
/// <param name="Worklist">May ask the worklist here.</param>
/// <param name="Query">May ask what is here, and fetch it.</param>
public sealed record DicomPeer(string Name, string AeTitle, string Host, int Port, bool Store, bool Worklist, bool Query)
{
    public bool IsHere => Host is "localhost" or "127.0.0.1" or "::1";
}

/// <summary>User and password to a site's archive.</summary>
/// <param name="PasswordFile">Holds the password, absolute; read at each start.</param>
public sealed record ArchiveLogin(string User, string PasswordFile);
