namespace Vascular.Devices.Iiod;

/// <summary>Words of the text protocol that a client may say.</summary>
public enum IiodVerb
{
    /// <summary>A line that is none of these: answered with -22.</summary>
    Unknown,
    Version,

    /// <summary>The context as XML.</summary>
    Print,

    /// <summary>The context as XML, compressed; Debian's daemon refuses it.</summary>
    ZPrint,
    Timeout,
    Read,
    Write,
    Open,
    ReadBuffer,
    WriteBuffer,
    Close,
    GetTrigger,
    SetTrigger,
    Set,
    Help,
    Exit,
}

/// <summary>What an attribute belongs to.</summary>
public enum IiodScope
{
    Device,
    Debug,
    Buffer,
    Input,
    Output,
}

/// <summary>One command line.</summary>
/// <param name="Device">Id, name or label; empty where the verb has none.</param>
public sealed record IiodCommand(IiodVerb Verb, string Device = "")
{
    public IiodScope Scope { get; init; }

    /// <summary>Id or name of the channel, for <see cref="IiodScope.Input"/> and <see cref="IiodScope.Output"/>.</summary>
    public string? Channel { get; init; }

    /// <summary>Attribute, trigger or option; null where none is named.</summary>
    public string? Attribute { get; init; }

    /// <summary>Bytes, samples or milliseconds, as the verb says; bytes of data that follow a <see cref="IiodVerb.Write"/>.</summary>
    public long Number { get; init; }

    /// <summary>Channel mask of an <see cref="IiodVerb.Open"/>: 8 hexadecimal digits for every 32 channels, the highest first.</summary>
    public string? Mask { get; init; }
}
