using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Vascular.Devices.Angiography;

/// <summary>QIDO-RS: what the archive holds.</summary>
public sealed partial class DicomWebArchive
{
    /// <summary>Answers asked for at once.</summary>
    private const int PageSize = 100;

    // Issuer of Patient ID and the number of instances are not among what an archive must say unasked
    private const string StudyFields = "includefield=00100021&includefield=00100040&includefield=00081030&includefield=00201208";
    private const string InstanceFields = "includefield=00080060&includefield=00080016";

    public async IAsyncEnumerable<StudyHeader> StudiesAsync(string modality, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (DicomElements study in PagesAsync($"studies?ModalitiesInStudy={Uri.EscapeDataString(modality)}&{StudyFields}", cancel))
        {
            if (HeaderOf(study) is { } header)
            {
                yield return header;
            }
        }
    }

    public async Task<StudyHeader?> StudyAsync(string study, CancellationToken cancel)
    {
        await foreach (DicomElements found in PagesAsync($"studies?StudyInstanceUID={Uri.EscapeDataString(study)}&{StudyFields}", cancel))
        {
            // an archive that does not know the key answers with everything it holds
            if (HeaderOf(found) is { } header && header.Study == study)
            {
                return header;
            }
        }

        return null;
    }

    public async IAsyncEnumerable<InstanceHeader> InstancesAsync(string study, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (DicomElements found in PagesAsync($"studies/{Uri.EscapeDataString(study)}/instances?{InstanceFields}", cancel))
        {
            if (Uid(found, "0020000E") is { } series && Uid(found, "00080018") is { } instance)
            {
                yield return new InstanceHeader(study, series, instance, Full(found.Text("00080060")), Full(found.Text("00080016")));
            }
        }
    }

    private static StudyHeader? HeaderOf(DicomElements study) => Uid(study, "0020000D") is not { } uid
        ? null
        : new StudyHeader(
            uid, Full(study.Text("00100020")), Full(study.Text("00100021")), Full(study.Text("00100040")), Full(study.Text("00080050")), Full(study.Text("00080020")), Full(study.Text("00081030")),
            study.Whole("00201208"));

    /// <summary>An answer without a UID names nothing that could be asked for.</summary>
    private static string? Uid(DicomElements data, string tag) => data.Text(tag) is { Length: > 0 and <= 64 } uid && uid.All(c => char.IsAsciiDigit(c) || c == '.') ? uid : null;

    private static string? Full(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>All pages of a search. The end is the first page that brings nothing new: not every archive knows offset.</summary>
    private async IAsyncEnumerable<DicomElements> PagesAsync(string search, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? first = null;
        for (int offset = 0; ; offset += PageSize)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{search}&limit={PageSize}&offset={offset}");
            using JsonDocument? page = await SearchAsync(path, cancel);
            if (page is null || page.RootElement.GetArrayLength() == 0)
            {
                yield break;
            }

            string start = page.RootElement[0].GetRawText();
            if (start == first)
            {
                yield break;
            }

            first ??= start;
            foreach (JsonElement element in page.RootElement.EnumerateArray())
            {
                yield return new DicomElements(element);
            }

            if (page.RootElement.GetArrayLength() < PageSize)
            {
                yield break;
            }
        }
    }

    /// <returns>A list; null where the archive found nothing (204, or 404 of a study that is gone).</returns>
    private async Task<JsonDocument?> SearchAsync(string path, CancellationToken cancel)
    {
        using HttpResponseMessage answer = await SendAsync(path, "application/dicom+json", cancel, HttpStatusCode.NoContent, HttpStatusCode.NotFound);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return null;
        }

        JsonDocument document;
        try
        {
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancel);
            document = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
        }
        catch (JsonException broken)
        {
            throw new AngiogramException($"the archive's answer to {path} is not JSON", broken);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            throw new ArchiveAwayException("the line to the archive was cut", cut);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            return document;
        }

        document.Dispose();
        throw new AngiogramException($"the archive's answer to {path} is no list");
    }
}
