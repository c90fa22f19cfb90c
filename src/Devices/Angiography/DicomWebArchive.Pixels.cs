using System.Net;
using System.Text;

namespace Vascular.Devices.Angiography;

/// <summary>WADO-RS of one frame, as it is stored: whether the pixels of an image are there, without decoding any.</summary>
public sealed partial class DicomWebArchive
{
    /// <summary>Room for what stands around a frame.</summary>
    private const int AroundFrame = 64 << 10;

    /// <summary>How a server says that there is no such frame. What else it says is of the question, or of the server.</summary>
    private static readonly HttpStatusCode[] NoSuchFrame = [HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.Gone, HttpStatusCode.RequestedRangeNotSatisfiable];

    /// <summary>How long an answer about a last frame is waited for.</summary>
    public TimeSpan FrameWithin { get; init; } = TimeSpan.FromSeconds(10);

    public async Task<LastFrame> LastFrameAsync(XaImage image, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(FrameWithin);
        try
        {
            // a server that does not hand out what is stored may hand it out decoded, as it is asked for when the run is opened
            LastFrame stored = await LastFrameAsync(image, "*", patience.Token);
            return stored == LastFrame.NotThere ? await LastFrameAsync(image, ExplicitLittleEndian, patience.Token) : stored;
        }
        catch (Exception late) when (late is OperationCanceledException or ArchiveAwayException { Answered: false } && patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return LastFrame.NotSaid;
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            throw new ArchiveAwayException("the line to the archive was cut", cut);
        }
    }

    private async Task<LastFrame> LastFrameAsync(XaImage image, string syntax, CancellationToken cancel)
    {
        string path = $"studies/{image.Study}/series/{image.Series}/instances/{image.Instance}/frames/{image.Frames}";
        HttpResponseMessage answer;
        try
        {
            answer = await SendAsync(path, $"multipart/related; type=\"application/octet-stream\"; transfer-syntax={syntax}", cancel, NoSuchFrame);
        }
        catch (AngiogramException other) when (other is not ArchiveAwayException { Answered: false })
        {
            return LastFrame.NotSaid;
        }

        using (answer)
        {
            return answer.StatusCode != HttpStatusCode.OK ? LastFrame.NotThere
                : answer.Content.Headers.ContentType?.Parameters.FirstOrDefault(p => p.Name == "boundary")?.Value?.Trim('"') is { } boundary ? Judged(await StartAsync(answer, image.FrameBytes + AroundFrame, cancel), boundary, image, syntax)
                : LastFrame.NotSaid;
        }
    }

    /// <summary>An answer up to a length: an answer is not trusted to have an end.</summary>
    private static async Task<byte[]> StartAsync(HttpResponseMessage answer, int most, CancellationToken cancel)
    {
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancel);
        byte[] start = new byte[most];
        return start[..await body.ReadAtLeastAsync(start, most, throwOnEndOfStream: false, cancel)];
    }

    /// <summary>A frame that is not compressed has its length; of a compressed one it is enough that something is there.</summary>
    private static LastFrame Judged(byte[] body, string boundary, XaImage image, string syntax)
    {
        if (PartOf(body, boundary) is not { } frame)
        {
            return body.Length == image.FrameBytes + AroundFrame ? LastFrame.Given : LastFrame.NotSaid;
        }

        bool raw = syntax == ExplicitLittleEndian || IsUncompressed(Encoding.Latin1.GetString(body.AsSpan(0, body.AsSpan().IndexOf("\r\n\r\n"u8))));
        return frame.Length >= (raw ? image.FrameBytes : 1) ? LastFrame.Given : LastFrame.NotThere;
    }

    /// <summary>Whether the head of a part names one of the two syntaxes of bare little-endian pixels.</summary>
    private static bool IsUncompressed(string head) =>
        head.Split(';', '\r', '\n').Select(p => p.Trim()).Where(p => p.StartsWith("transfer-syntax=", StringComparison.OrdinalIgnoreCase)).Select(p => p["transfer-syntax=".Length..].Trim('"'))
            .Any(uid => uid is "1.2.840.10008.1.2" or ExplicitLittleEndian);
}
