using System.Buffers;

namespace Vascular.Devices;

/// <summary>Bytes of a line that no frame has used yet: the unfinished end of the last read, and the read being folded after it.</summary>
/// <remarks>Bounded: <c>capacity</c> is more than any codec has to hold before it can say what the first byte is, so a codec that keeps its word
/// never meets a full tail. Allocates once.</remarks>
public sealed class WireTail
{
    private readonly byte[] _bytes;
    private int _length;

    /// <param name="longestLook">What the codec may have to hold before it can say what the first byte is.</param>
    public WireTail(int longestLook)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longestLook, 1);
        _bytes = new byte[Math.Max(1024, 2 * longestLook)];
    }

    public bool IsEmpty => _length == 0;

    /// <summary>What is there, in order of arrival. Valid until the next call.</summary>
    public ReadOnlySequence<byte> Wire => new(_bytes, 0, _length);

    /// <summary>Takes as much of <paramref name="read"/> as fits and takes it off its front; with an empty read nothing happens.</summary>
    /// <exception cref="InvalidOperationException">Nothing fits: the codec asked for more than it said it would.</exception>
    public void Fill(ref ReadOnlySpan<byte> read)
    {
        int fits = Math.Min(read.Length, _bytes.Length - _length);
        if (fits == 0 && !read.IsEmpty)
        {
            throw new InvalidOperationException($"A codec looked at {_length} bytes and took none.");
        }

        read[..fits].CopyTo(_bytes.AsSpan(_length));
        _length += fits;
        read = read[fits..];
    }

    /// <summary>Keeps what the codec left of <see cref="Wire"/>.</summary>
    public void Keep(in ReadOnlySequence<byte> rest)
    {
        int used = _length - (int)rest.Length;
        _bytes.AsSpan(used, (int)rest.Length).CopyTo(_bytes);
        _length = (int)rest.Length;
    }

    public void Clear() => _length = 0;
}
