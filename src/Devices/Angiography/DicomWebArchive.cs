using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Vascular.Devices.Angiography;

/// <summary>An archive over DICOMweb (PS3.18): WADO-RS metadata and frames. Orthanc in front of the network by default, any other by its URL.</summary>
/// <param name="client">Carries the archive's credentials; its BaseAddress is the DICOMweb root and ends in a slash.</param>
public sealed partial class DicomWebArchive(HttpClient client) : IAngiograms
{
    /// <summary>Bytes of frames asked for at once. For each request an archive reads and decodes the whole run, however few frames are asked for (docs/angiography-performance.md): a run
    /// is one request where it can be.</summary>
    private const int BytesAtOnce = 256 << 20;

    /// <summary>Frames asked for at once: their numbers stand in the address, and servers take 8 KiB of it.</summary>
    private const int FramesAtOnce = 1000;

    /// <summary>Bytes of a list or a header. What is larger in an instance (pixels, overlays) stands behind a URI of its own.</summary>
    private const int LongestAnswer = 32 << 20;

    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    public async Task<XaImage> DescribeAsync(string study, string series, string instance, CancellationToken cancel)
    {
        string path = $"studies/{study}/series/{series}/instances/{instance}/metadata";
        using HttpResponseMessage answer = await SendAsync(path, "application/dicom+json", cancel);
        using JsonDocument document = await JsonAsync(answer, path, cancel);
        return document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.GetArrayLength() > 0
            ? XaImage.Of(document.RootElement[0])
            : throw new AngiogramException($"the archive knows no instance {instance}");
    }

    public async Task ReadFramesAsync(XaImage image, Func<int, ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancel)
    {
        byte[] frame = new byte[image.FrameBytes];
        int atOnce = Math.Clamp(BytesAtOnce / image.FrameBytes, 1, FramesAtOnce);
        for (int first = 0; first < image.Frames; first += atOnce)
        {
            int count = Math.Min(atOnce, image.Frames - first);
            string numbers = string.Join(',', Enumerable.Range(first + 1, count).Select(n => n.ToString(CultureInfo.InvariantCulture)));
            string path = $"studies/{image.Study}/series/{image.Series}/instances/{image.Instance}/frames/{numbers}";
            using HttpResponseMessage answer = await SendAsync(path, $"multipart/related; type=\"application/octet-stream\"; transfer-syntax={ExplicitLittleEndian}", cancel);
            string boundary = answer.Content.Headers.ContentType?.Parameters.FirstOrDefault(p => p.Name == "boundary")?.Value?.Trim('"')
                ?? throw new AngiogramException("the archive's frames have no boundary between them");
            try
            {
                await using Stream body = await answer.Content.ReadAsStreamAsync(cancel);
                await using var parts = new RelatedParts(body, boundary);
                for (int k = 0; k < count; k++)
                {
                    if (!await NextAsync(parts, frame, cancel))
                    {
                        throw new AngiogramException($"the archive sent {k} of {count} frames from frame {first + 1} on");
                    }

                    await take(first + k, frame, cancel);
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException)
            {
                throw new ArchiveAwayException($"the line to the archive was cut at frame {first + 1} or after", cut);
            }
        }
    }

    /// <summary>The next frame, within the time an answer may take: what is done with a frame is not counted.</summary>
    private async Task<bool> NextAsync(RelatedParts parts, Memory<byte> frame, CancellationToken cancel)
    {
        using CancellationTokenSource patience = Patience(cancel);
        try
        {
            return await parts.NextAsync(frame, patience.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw Late(late);
        }
    }

    /// <summary>A whole answer, in the time one may take and no longer than one may be: a server that never ends costs neither memory nor waiting.</summary>
    private async Task<JsonDocument> JsonAsync(HttpResponseMessage answer, string path, CancellationToken cancel)
    {
        using CancellationTokenSource patience = Patience(cancel);
        try
        {
            await answer.Content.LoadIntoBufferAsync(LongestAnswer, patience.Token);
            return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(patience.Token), cancellationToken: patience.Token);
        }
        catch (JsonException broken)
        {
            throw new AngiogramException($"the archive's answer to {path} is not JSON", broken);
        }
        catch (HttpRequestException endless) when (endless.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new AngiogramException($"the archive's answer to {path} is longer than {LongestAnswer >> 20} MiB", endless);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            throw new ArchiveAwayException("the line to the archive was cut", cut);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw Late(late);
        }
    }

    private CancellationTokenSource Patience(CancellationToken cancel)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(client.Timeout);
        return patience;
    }

    private ArchiveAwayException Late(OperationCanceledException late) => new($"the archive at {client.BaseAddress} does not answer within {client.Timeout.TotalSeconds:0.###} s", late);

    private async Task<HttpResponseMessage> SendAsync(string path, string accept, CancellationToken cancel, params HttpStatusCode[] alsoGood)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await AnswerAsync(request, path, cancel, alsoGood);
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, string path, CancellationToken cancel, params HttpStatusCode[] alsoGood)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException away)
        {
            throw ArchiveAwayException.Of(client.BaseAddress!, away);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw Late(late);
        }

        if (answer.StatusCode == HttpStatusCode.OK || alsoGood.Contains(answer.StatusCode))
        {
            return answer;
        }

        using (answer)
        {
            throw ArchiveAwayException.Of(client.BaseAddress!, answer.StatusCode, path) ?? new AngiogramException($"the archive answered {(int)answer.StatusCode} to {path}");
        }
    }
}
