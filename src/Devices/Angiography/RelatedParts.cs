using System.Text;

namespace Vascular.Devices.Angiography;

/// <summary>The parts of a multipart/related body (RFC 2387), one after another from a stream: a study is never held whole.</summary>
/// <remarks>The length of each part is known beforehand (a frame), so that its bytes are never searched for the boundary.</remarks>
public sealed class RelatedParts(Stream body, string boundary) : IAsyncDisposable
{
    private const int MostHeaderBytes = 16 * 1024;

    private readonly byte[] one = new byte[1];
    private readonly BufferedStream source = new(body, 64 * 1024);
    private bool started;

    /// <summary>Reads the next part of exactly <c>part.Length</c> bytes; false after the last one.</summary>
    /// <exception cref="AngiogramException">The body is cut short or is not what was announced.</exception>
    public async Task<bool> NextAsync(Memory<byte> part, CancellationToken cancel)
    {
        string line = await LineAsync(cancel);
        if (started && line.Length == 0)
        {
            line = await LineAsync(cancel);
        }

        while (!started && line.Length == 0)
        {
            line = await LineAsync(cancel);
        }

        started = true;
        if (line == $"--{boundary}--")
        {
            return false;
        }

        if (line != $"--{boundary}")
        {
            throw new AngiogramException("the archive sent a frame that is longer or shorter than the image's rows, columns and bits say");
        }

        int header = 0;
        while ((line = await LineAsync(cancel)).Length > 0)
        {
            header += line.Length;
            if (header > MostHeaderBytes)
            {
                throw new AngiogramException("the archive sent part headers without an end");
            }
        }

        try
        {
            await source.ReadExactlyAsync(part, cancel);
        }
        catch (EndOfStreamException cut)
        {
            throw new AngiogramException("the archive ended in the middle of a frame", cut);
        }

        return true;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (await source.ReadAsync(one, cancel) == 0)
            {
                throw new AngiogramException("the archive ended before the last frame");
            }

            if (one[0] == '\n')
            {
                return line.ToString();
            }

            if (one[0] != '\r')
            {
                line.Append((char)one[0]);
            }

            if (line.Length > MostHeaderBytes)
            {
                throw new AngiogramException("the archive sent a frame that is longer or shorter than the image's rows, columns and bits say");
            }
        }
    }
}
