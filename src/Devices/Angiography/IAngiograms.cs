namespace Vascular.Devices.Angiography;

/// <summary>Where angiograms are kept: any archive that can say what it holds and hand out frames decoded.</summary>
public interface IAngiograms
{
    /// <summary>Header of an instance.</summary>
    /// <exception cref="AngiogramException">The archive does not have it, cannot be reached, or it is no image that can be read.</exception>
    Task<XaImage> DescribeAsync(string study, string series, string instance, CancellationToken cancel);

    /// <summary>Frames in order, decoded to little-endian pixels, each handed over as it comes; the buffer is used again for the next.</summary>
    /// <exception cref="AngiogramException">The archive cannot be reached or cannot decode the image.</exception>
    Task ReadFramesAsync(XaImage image, Func<int, ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancel);
}
