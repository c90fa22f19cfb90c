namespace Vascular.Processing.Vocabulary;

/// <summary>Why bytes on a wire were refused. One list for all codecs: one counter, one alarm.</summary>
public enum WireFault
{
    None,

    /// <summary>Bytes that belong to no frame.</summary>
    Noise,

    /// <summary>The frame's checksum does not match its bytes.</summary>
    Checksum,

    /// <summary>A field outside what the protocol allows.</summary>
    Range,

    /// <summary>The stream ended inside a frame.</summary>
    Truncated,
}
