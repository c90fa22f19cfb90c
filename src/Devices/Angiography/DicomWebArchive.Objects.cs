using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vascular.Devices.Angiography;

/// <summary>STOW-RS and WADO-RS of whole objects: what this station gives to an archive, and reads back.</summary>
public sealed partial class DicomWebArchive
{
    /// <summary>Longest object that is read back.</summary>
    private const int LongestObject = 64 << 20;

    /// <summary>Stores a DICOM file. Storing the same object again is no error.</summary>
    /// <exception cref="ArchiveAwayException">Nothing is known of it; try again.</exception>
    /// <exception cref="AngiogramException">The archive refused it, with its reason.</exception>
    public async Task StoreAsync(ReadOnlyMemory<byte> file, CancellationToken cancel)
    {
        // a hash of the object is not in the object
        string boundary = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        using MultipartContent body = new("related", boundary);
        using ReadOnlyMemoryContent part = new(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
        body.Add(part);
        body.Headers.Remove("Content-Type");
        body.Headers.TryAddWithoutValidation("Content-Type", $"multipart/related; type=\"application/dicom\"; boundary={boundary}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "studies") { Content = body };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/dicom+json"));
        string? reason = await WithinAsync(
            async ends =>
            {
                using HttpResponseMessage answer = await AnswerAsync(
                    request, "the object to be stored", ends, HttpStatusCode.Accepted, HttpStatusCode.Conflict, HttpStatusCode.InternalServerError, HttpStatusCode.InsufficientStorage);
                return answer.StatusCode >= HttpStatusCode.InternalServerError
                    ? throw new ArchiveAwayException($"the archive answered {(int)answer.StatusCode} to the object to be stored") { Answered = true }
                    : await FailureAsync(answer, ends);
            },
            cancel);
        if (reason is not null)
        {
            throw new AngiogramException($"the archive refused the object ({reason})");
        }
    }

    /// <summary>A stored object as a DICOM file; null when the archive does not have it.</summary>
    /// <exception cref="AngiogramException">It cannot be read, or the archive is away.</exception>
    public Task<byte[]?> ReadObjectAsync(string study, string series, string instance, CancellationToken cancel) =>
        WithinAsync(ends => ObjectAsync(study, series, instance, ends), cancel);

    private async Task<byte[]?> ObjectAsync(string study, string series, string instance, CancellationToken cancel)
    {
        string path = $"studies/{study}/series/{series}/instances/{instance}";
        using HttpResponseMessage answer = await SendAsync(path, "multipart/related; type=\"application/dicom\"; transfer-syntax=*", cancel, HttpStatusCode.NotFound);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (answer.Content.Headers.ContentLength > LongestObject)
        {
            throw new AngiogramException($"the archive's answer to {path} is larger than any object of this station");
        }

        string boundary = answer.Content.Headers.ContentType?.Parameters.FirstOrDefault(p => p.Name == "boundary")?.Value?.Trim('"')
            ?? throw new AngiogramException("the archive's object has no boundary around it");
        return PartOf(await answer.Content.ReadAsByteArrayAsync(cancel), boundary) ?? throw new AngiogramException($"the archive's answer to {path} holds no object");
    }

    /// <summary>An exchange with all of its answer: a line that is cut or silent in the middle of it is an archive that is away.</summary>
    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> exchange, CancellationToken cancel)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(client.Timeout);
        try
        {
            return await exchange(deadline.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new ArchiveAwayException($"the archive does not answer within {client.Timeout.TotalSeconds:0} s", late);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            throw new ArchiveAwayException("the line to the archive was cut", cut);
        }
    }

    /// <summary>Body of the first part (RFC 2046): after its empty line, before the next boundary.</summary>
    private static byte[]? PartOf(ReadOnlySpan<byte> body, string boundary)
    {
        int head = body.IndexOf("\r\n\r\n"u8);
        int end = body.LastIndexOf(Encoding.ASCII.GetBytes("\r\n--" + boundary));
        return head >= 0 && end >= head + 4 ? body[(head + 4)..end].ToArray() : null;
    }

    /// <summary>Why an object was not stored (Failed SOP Sequence, Failure Reason); null when it was.</summary>
    private static async Task<string?> FailureAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            using JsonDocument said = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            JsonElement root = said.RootElement.ValueKind == JsonValueKind.Array && said.RootElement.GetArrayLength() > 0 ? said.RootElement[0] : said.RootElement;
            DicomElements data = new(root);
            if (data.Items("00081198") is [var failed, ..])
            {
                return string.Create(CultureInfo.InvariantCulture, $"failure reason {failed.Whole("00081197")?.ToString("X4", CultureInfo.InvariantCulture) ?? "not said"}");
            }
        }
        catch (JsonException)
        {
            // an archive that says nothing of objects says it by its status
        }

        return answer.StatusCode == HttpStatusCode.Conflict ? "conflict" : null;
    }
}
