namespace Vascular.Devices.Angiography;

/// <summary>Where angiograms are kept: any archive that can say what it holds and hand out frames decoded.</summary>
public interface IAngiograms
{
    /// <summary>The studies the archive holds with a picture of this modality, page after page.</summary>
    /// <exception cref="ArchiveAwayException">The archive cannot be reached.</exception>
    /// <exception cref="AngiogramException">It answered with what is no list of studies.</exception>
    IAsyncEnumerable<StudyHeader> StudiesAsync(string modality, CancellationToken cancel);

    /// <summary>One study; null where the archive does not hold it.</summary>
    /// <exception cref="AngiogramException">As <see cref="StudiesAsync"/>.</exception>
    Task<StudyHeader?> StudyAsync(string study, CancellationToken cancel);

    /// <summary>What a study consists of, pictures and all else, page after page.</summary>
    /// <exception cref="AngiogramException">As <see cref="StudiesAsync"/>.</exception>
    IAsyncEnumerable<InstanceHeader> InstancesAsync(string study, CancellationToken cancel);

    /// <summary>Header of an instance.</summary>
    /// <exception cref="AngiogramException">The archive does not have it, cannot be reached, or it is no image that can be read.</exception>
    Task<XaImage> DescribeAsync(string study, string series, string instance, CancellationToken cancel);

    /// <summary>Asks for the last frame as it is stored: a picture without pixels, or with fewer frames of them than its header says, does not have it. Nothing is decoded unless it is refused.</summary>
    /// <exception cref="ArchiveAwayException">The archive cannot be reached, or fell silent at it.</exception>
    Task<LastFrame> LastFrameAsync(XaImage image, CancellationToken cancel);

    /// <summary>Frames in order, decoded to little-endian pixels, each handed over as it comes; the buffer is used again for the next.</summary>
    /// <exception cref="AngiogramException">The archive cannot be reached or cannot decode the image.</exception>
    Task ReadFramesAsync(XaImage image, Func<int, ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancel);
}
