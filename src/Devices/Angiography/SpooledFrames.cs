using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vascular.Processing.Angiography;

namespace Vascular.Devices.Angiography;

/// <summary>The frames of a run in a file of this machine, so that bands of rows can be read again and again without asking the archive. The file goes with it.</summary>
public sealed class SpooledFrames : IRunFrames, IDisposable
{
    private readonly FileStream file;
    private readonly int bytesPerPixel;
    private byte[] narrow = [];

    private SpooledFrames(FileStream file, XaImage image)
    {
        (this.file, bytesPerPixel) = (file, image.BitsAllocated / 8);
        (Count, Rows, Columns) = (image.Frames, image.Rows, image.Columns);
    }

    public int Count { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Fetches a run. One frame is held in memory at a time.</summary>
    /// <param name="folder">Where the file lies, readable by this user alone.</param>
    /// <param name="progress">Told the frames that are there; may be null.</param>
    /// <exception cref="AngiogramException">As <see cref="IAngiograms.ReadFramesAsync"/>.</exception>
    public static async Task<SpooledFrames> FetchAsync(IAngiograms archive, XaImage image, DirectoryInfo folder, Action<int>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(folder);
        var file = new FileStream(Path.Combine(folder.FullName, Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        });
        try
        {
            await archive.ReadFramesAsync(
                image,
                async (frame, pixels, stop) =>
                {
                    await file.WriteAsync(pixels, stop);
                    progress?.Invoke(frame + 1);
                },
                cancel);
            return new SpooledFrames(file, image);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public void Read(int frame, int fromRow, int rows, Span<ushort> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Count);
        int count = rows * Columns;
        long at = ((long)frame * Rows + fromRow) * Columns * bytesPerPixel;
        if (bytesPerPixel == 2)
        {
            Fill(MemoryMarshal.AsBytes(pixels[..count]), at);
            if (!BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.ReverseEndianness(pixels[..count], pixels);
            }

            return;
        }

        if (narrow.Length < count)
        {
            narrow = new byte[count];
        }

        Fill(narrow.AsSpan(0, count), at);
        for (int k = 0; k < count; k++)
        {
            pixels[k] = narrow[k];
        }
    }

    /// <summary>One frame as the archive sent it, little endian. May be called from any thread, beside <see cref="Read"/>.</summary>
    /// <param name="bytes">Room for exactly one frame.</param>
    public void Copy(int frame, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Rows * Columns * bytesPerPixel);
        Fill(bytes, (long)frame * bytes.Length);
    }

    public void Dispose() => file.Dispose();

    private void Fill(Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(file.SafeFileHandle, bytes, at);
            if (read == 0)
            {
                throw new EndOfStreamException("The spooled run is shorter than its header says.");
            }

            bytes = bytes[read..];
            at += read;
        }
    }
}
