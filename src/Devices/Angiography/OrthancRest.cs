using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vascular.Devices.Angiography;

/// <summary>A page of an Orthanc's list of changes.</summary>
/// <param name="StableStudies">Orthanc's names of the studies that nothing was added to for a while, in order; a study to which instances came late is there again.</param>
/// <param name="Last">Number of the last change of the page, or of the whole list where the page is empty.</param>
public sealed record OrthancChanges(IReadOnlyList<string> StableStudies, long Last, bool Done);

/// <summary>What an Orthanc can do beyond DICOMweb: its list of changes, and asking a worklist over DIMSE.</summary>
/// <param name="client">Carries the credentials; its BaseAddress is the REST root and ends in a slash.</param>
public sealed class OrthancRest(HttpClient client)
{
    private const int PageSize = 1000;
    private const int LongestAnswer = 32 << 20;

    /// <summary>Where it is.</summary>
    public Uri Root => client.BaseAddress!;

    /// <summary>Whether it answers and knows us.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("system", cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException || (away is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>What changed after change number <paramref name="since"/>.</summary>
    public async Task<OrthancChanges> ChangesAsync(long since, CancellationToken cancel)
    {
        using JsonDocument page = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"changes?since={since}&limit={PageSize}"), cancel);
        return AsOrthanc(() => new OrthancChanges(
            [.. page.RootElement.GetProperty("Changes").EnumerateArray().Where(c => c.GetProperty("ChangeType").GetString() == "StableStudy").Select(c => c.GetProperty("ID").GetString()!)],
            page.RootElement.GetProperty("Last").GetInt64(),
            page.RootElement.GetProperty("Done").GetBoolean()));
    }

    /// <summary>Study Instance UID of one of its studies; null where it is gone.</summary>
    public async Task<string?> StudyAsync(string id, CancellationToken cancel)
    {
        using JsonDocument? study = await FindAsync($"studies/{Uri.EscapeDataString(id)}", cancel);
        return study is null ? null : AsOrthanc(() => study.RootElement.GetProperty("MainDicomTags").TryGetProperty("StudyInstanceUID", out JsonElement uid) ? uid.GetString() : null);
    }

    /// <summary>False while instances of the study may still be on their way.</summary>
    public async Task<bool> IsStableAsync(string study, CancellationToken cancel)
    {
        using JsonDocument found = await PostAsync("tools/lookup", JsonValue.Create(study), cancel);
        string? id = AsOrthanc(() => found.RootElement.EnumerateArray().Where(r => r.GetProperty("Type").GetString() == "Study").Select(r => r.GetProperty("ID").GetString()).FirstOrDefault());
        using JsonDocument? said = id is null ? null : await FindAsync($"studies/{Uri.EscapeDataString(id)}", cancel);
        return said is null || AsOrthanc(() => said.RootElement.GetProperty("IsStable").GetBoolean());
    }

    /// <summary>C-FIND of the worklist of a modality it knows (PS3.4 annex K); keys and answers in the DICOM JSON of Orthanc's "simplified" form.</summary>
    /// <exception cref="ArchiveAwayException">Orthanc, or the worklist behind it, does not answer.</exception>
    public Task<JsonDocument> FindWorklistAsync(string modality, JsonObject keys, CancellationToken cancel) =>
        PostAsync($"modalities/{Uri.EscapeDataString(modality)}/find-worklist", keys, cancel);

    /// <summary>Asks it to end; it may be gone already.</summary>
    public async Task ShutDownAsync(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await client.PostAsync("tools/shutdown", null, cancel);
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            // it is ended in another way then
        }
    }

    private T AsOrthanc<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception foreign) when (foreign is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ArchiveAwayException($"{Root} does not answer as an Orthanc does", foreign);
        }
    }

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancel) => await FindAsync(path, cancel) ?? throw new ArchiveAwayException($"{Root}{path} is not there");

    private Task<JsonDocument?> FindAsync(string path, CancellationToken cancel) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancel);

    private async Task<JsonDocument> PostAsync(string path, JsonNode body, CancellationToken cancel) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json") }, cancel) ?? throw new ArchiveAwayException($"{Root}{path} is not there");

    /// <returns>Null for 404.</returns>
    private async Task<JsonDocument?> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using (request)
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            patience.CancelAfter(client.Timeout);
            try
            {
                using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                if (answer.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                if (!answer.IsSuccessStatusCode)
                {
                    string path = $"{request.RequestUri}";
                    throw ArchiveAwayException.Of(Root, answer.StatusCode, path) ?? new ArchiveAwayException($"the archive answered {(int)answer.StatusCode} to {path}");
                }

                await answer.Content.LoadIntoBufferAsync(LongestAnswer, patience.Token);
                return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(patience.Token), cancellationToken: patience.Token);
            }
            catch (HttpRequestException away)
            {
                throw ArchiveAwayException.Of(Root, away);
            }
            catch (Exception away) when (away is IOException or JsonException || (away is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                throw new ArchiveAwayException($"the archive at {Root} does not answer ({away.GetBaseException().Message})", away);
            }
        }
    }
}
