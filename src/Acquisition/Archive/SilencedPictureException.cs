using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>The archive fell silent while it handed out the pixels of this picture, and is not asked for them again by itself: what kills an archive kills it at every look.</summary>
public sealed class SilencedPictureException(string message, bool mayAsk, Exception? inner = null) : AngiogramException(message, inner)
{
    /// <summary>A person may have it asked once more: something else may have ended the archive at that moment.</summary>
    public bool MayAsk { get; } = mayAsk;
}
